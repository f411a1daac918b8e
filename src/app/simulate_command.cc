#include "app/simulate_command.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "app/number_text.h"
#include "app/whole_file.h"
#include "base/time.h"
#include "simulate/visit_simulator.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriteSize = 1 << 20;

// One file for each day that has visits.
class DayFiles {
 public:
  explicit DayFiles(fs::path folder) : folder_(std::move(folder)) {}

  Status add(Timestamp time, std::string_view line) {
    if (const std::int64_t day = time.micros / kDayMicros; day != day_) {
      MILLRACE_TRY(finish());
      MILLRACE_ASSIGN(file_, WholeFile::create(folder_ / file_name(time)));
      day_ = day;
      ++count_;
    }
    lines_ += line;
    return lines_.size() < kWriteSize ? Status() : flush();
  }

  Status finish() {
    if (!file_) return {};
    MILLRACE_TRY(flush());
    MILLRACE_TRY(file_->finish());
    file_.reset();
    return {};
  }

  std::uint64_t count() const { return count_; }

 private:
  static constexpr std::int64_t kDayMicros = 86'400'000'000;

  static std::string file_name(Timestamp time) {
    return "visits-" + format_timestamp(time).substr(0, 10) + ".jsonl";
  }

  Status flush() {
    MILLRACE_TRY(file_->write(lines_));
    lines_.clear();
    return {};
  }

  fs::path folder_;
  std::optional<WholeFile> file_;
  std::string lines_;  // of file_, not written yet
  std::int64_t day_ = -1;
  std::uint64_t count_ = 0;
};

class StandardOutput {
 public:
  explicit StandardOutput(Session& session) : session_(session) {}

  Status add(Timestamp, std::string_view line) {
    lines_ += line;
    return lines_.size() < kWriteSize ? Status() : finish();
  }

  Status finish() {
    MILLRACE_TRY(session_.write(lines_));
    lines_.clear();
    return {};
  }

 private:
  Session& session_;
  std::string lines_;
};

// False when stopped: what was not finished by then is not written.
template <typename Output>
Result<bool> write_visits(VisitSimulator& simulator, Output& output, const std::stop_token& stop) {
  std::string line;
  while (simulator.next(line)) {
    if (stop.stop_requested()) return false;
    MILLRACE_TRY(output.add(simulator.time(), line));
    line.clear();
  }
  MILLRACE_TRY(output.finish());
  return true;
}

Result<bool> write_to_folder(VisitSimulator& simulator, const std::string& name, Session& session) {
  const fs::path folder = session.folder() / name;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::kIo, "cannot make the folder " + name + ": " + error.message());
  DayFiles files(folder);
  MILLRACE_ASSIGN(const bool whole, write_visits(simulator, files, session.stop()));
  if (whole) {
    session.say("Wrote {} visits in {} {} to {}\n", with_commas(simulator.truth().visits),
                with_commas(files.count()), files.count() == 1 ? "file" : "files", name);
  }
  return whole;
}

Status write_truth(const SimulatedTruth& truth, const fs::path& path) {
  MILLRACE_ASSIGN(WholeFile file, WholeFile::create(path));
  MILLRACE_TRY(file.write(to_json(truth)));
  return file.finish();
}

Result<VisitSimulationOptions> simulation_options(const SimulateOptions& options) {
  const auto start = parse_timestamp(options.start);
  if (!start) {
    return fail(ErrorCode::kInvalidArgument,
                "--start " + options.start + ": expected a day such as 2024-07-01");
  }
  const VisitSimulationOptions simulation = {
      .seed = options.seed, .start = *start, .days = options.days, .visits = options.visits};
  MILLRACE_TRY(check(simulation));
  return simulation;
}

}  // namespace

Result<int> simulate(const SimulateOptions& options, Session& session) {
  MILLRACE_ASSIGN(const VisitSimulationOptions simulation, simulation_options(options));
  VisitSimulator simulator(simulation);
  const bool to_output = options.to.empty() || options.to == "-";
  StandardOutput output(session);
  MILLRACE_ASSIGN(const bool whole, to_output ? write_visits(simulator, output, session.stop())
                                              : write_to_folder(simulator, options.to, session));
  if (!whole) return kExitInterrupted;
  if (!options.truth_file.empty()) {
    MILLRACE_TRY(write_truth(simulator.truth(), session.folder() / options.truth_file));
  }
  return kExitOk;
}

}  // namespace millrace
