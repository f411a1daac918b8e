#include "app/simulate_command.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "app/number_text.h"
#include "app/whole_file.h"
#include "base/nearest_word.h"
#include "base/time.h"
#include "simulate/spoiler.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriteSize = 1 << 20;
constexpr std::int64_t kDayMicros = 86'400'000'000;

// The records of one shape: one file for each day that has some.
class DayFiles {
 public:
  DayFiles(fs::path folder, Shape shape, Compression compression)
      : folder_(std::move(folder)),
        shape_(shape),
        compression_(compression),
        compressor_(make_output_compressor(compression)) {}

  Status add(Timestamp time, std::string_view line) {
    if (const std::int64_t day = time.micros / kDayMicros; day != day_) {
      MILLRACE_TRY(finish());
      MILLRACE_ASSIGN(file_, WholeFile::create(folder_ / file_name(time)));
      lines_ = header_line(shape_);
      day_ = day;
      ++count_;
    }
    lines_ += line;
    return lines_.size() < kWriteSize ? Status() : flush();
  }

  Status finish() {
    if (!file_) return {};
    MILLRACE_TRY(flush());
    compressor_->finish(bytes_);
    MILLRACE_TRY(write());
    MILLRACE_TRY(file_->finish());
    file_.reset();
    return {};
  }

  std::uint64_t count() const { return count_; }

 private:
  std::string file_name(Timestamp time) const {
    const std::string_view format = header_line(shape_).empty() ? ".jsonl" : ".csv";
    return fmt::format("{}-{}{}{}", name(shape_), format_timestamp(time).substr(0, 10), format,
                       file_ending(compression_));
  }

  Status flush() {
    compressor_->add(lines_, bytes_);
    lines_.clear();
    return write();
  }

  Status write() {
    MILLRACE_TRY(file_->write(bytes_));
    bytes_.clear();
    return {};
  }

  fs::path folder_;
  Shape shape_;
  Compression compression_;
  std::unique_ptr<OutputCompressor> compressor_;
  std::optional<WholeFile> file_;
  std::string lines_;  // of file_, not compressed yet
  std::string bytes_;  // of file_, not written yet
  std::int64_t day_ = -1;
  std::uint64_t count_ = 0;
};

class StandardOutput {
 public:
  StandardOutput(Session& session, Shape shape, Compression compression)
      : session_(session), compressor_(make_output_compressor(compression)), lines_(header_line(shape)) {}

  Status add(Timestamp, std::string_view line) {
    lines_ += line;
    return lines_.size() < kWriteSize ? Status() : flush();
  }

  Status finish() {
    MILLRACE_TRY(flush());
    compressor_->finish(bytes_);
    return write();
  }

 private:
  Status flush() {
    compressor_->add(lines_, bytes_);
    lines_.clear();
    return write();
  }

  Status write() {
    MILLRACE_TRY(session_.write(bytes_));
    bytes_.clear();
    return {};
  }

  Session& session_;
  std::unique_ptr<OutputCompressor> compressor_;
  std::string lines_;
  std::string bytes_;
};

// False when stopped: what was not finished by then is not written.
template <typename Output>
Result<bool> write_records(Spoiler& records, Output& output, const std::stop_token& stop) {
  std::string line;
  while (records.next(line)) {
    if (stop.stop_requested()) return false;
    MILLRACE_TRY(output.add(records.arrived_at(), line));
    line.clear();
  }
  MILLRACE_TRY(output.finish());
  return true;
}

Result<std::uint32_t> of_a_million(std::string_view option, double share) {
  if (share >= 0 && share <= 1) {
    return static_cast<std::uint32_t>(std::lround(share * SpoilOptions::kAll));
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{} {}: expected a share from 0 to 1, such as 0.01", option, share));
}

Result<WorldOptions> world_options(const SimulateOptions& options) {
  const auto start = parse_timestamp(options.start);
  if (!start) {
    return fail(ErrorCode::kInvalidArgument,
                "--start " + options.start + ": expected a day such as 2024-07-01");
  }
  return WorldOptions{.seed = options.seed,
                      .start = *start,
                      .days = options.days,
                      .visits = options.visits,
                      .events = options.events,
                      .users = options.users,
                      .products = options.products,
                      .campaigns = options.campaigns};
}

Result<Shape> shape_named(const std::string& word, std::span<const Shape> known) {
  std::vector<std::string> names = {"all"};
  for (const Shape shape : known) {
    if (name(shape) == word) return shape;
    names.emplace_back(name(shape));
  }
  const auto near = nearest_word(word, names);
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--shape {}: {}expected {}", word,
                          near ? "did you mean " + *near + "? Otherwise " : "", fmt::join(names, ", ")));
}

TruthObject world_truth(const World& world) {
  TruthObject truth;
  truth.add("seed", world.options().seed);
  truth.add("first_day", format_timestamp(world.options().start).substr(0, 10));
  truth.add("days", static_cast<std::uint64_t>(world.options().days));
  truth.add("products", world.options().products);
  truth.add("users", world.customers().count());
  truth.add("vendors", world.vendors().size());
  truth.add("stores", kStoreCount);
  truth.add("warehouses", kWarehouseCount);
  TruthObject campaigns;
  for (const Campaign& campaign : world.campaigns().all()) {
    TruthObject one;
    one.add("name", campaign.name);
    one.add("from", format_timestamp(campaign.start));
    one.add("to", format_timestamp(campaign.end()));
    one.add("boost", campaign.boost);
    campaigns.add(campaign.referrer_url, one);
  }
  truth.add("campaigns", campaigns);
  return truth;
}

// One run of the command.
class Simulation {
 public:
  Simulation(const SimulateOptions& options, const World& world, const SpoilOptions& spoil, Session& session)
      : options_(options), world_(world), spoil_(spoil), session_(session) {}

  // False when stopped.
  Result<bool> write(Shape shape) {
    Spoiler records(open_record_stream(world_, shape), shape, options_.seed, spoil_);
    MILLRACE_ASSIGN(const bool whole, write(shape, records));
    if (whole && !options_.truth_file.empty()) {
      TruthObject truth;
      records.tell(truth);
      shapes_truth_.add(name(shape), truth);
    }
    return whole;
  }

  Status write_truth() const {
    TruthObject truth;
    truth.add("world", world_truth(world_));
    truth.add("shapes", shapes_truth_);
    MILLRACE_ASSIGN(WholeFile file, WholeFile::create(session_.folder() / options_.truth_file));
    MILLRACE_TRY(file.write(truth.json() + "\n"));
    return file.finish();
  }

 private:
  Result<bool> write(Shape shape, Spoiler& records) {
    if (options_.to.empty() || options_.to == "-") {
      StandardOutput output(session_, shape, options_.compression);
      return write_records(records, output, session_.stop());
    }
    DayFiles files(session_.folder() / options_.to, shape, options_.compression);
    MILLRACE_ASSIGN(const bool whole, write_records(records, files, session_.stop()));
    if (whole) {
      session_.say("Wrote {}: {} records in {} {} to {}\n", name(shape),
                   with_commas(records.arrivals().written), with_commas(files.count()),
                   files.count() == 1 ? "file" : "files", options_.to);
    }
    return whole;
  }

  const SimulateOptions& options_;
  const World& world_;
  const SpoilOptions& spoil_;
  Session& session_;
  TruthObject shapes_truth_;
};

Status make_folder(const std::string& name, const Session& session) {
  if (name.empty() || name == "-") return {};
  std::error_code error;
  fs::create_directories(session.folder() / name, error);
  if (error) return fail(ErrorCode::kIo, "cannot make the folder " + name + ": " + error.message());
  return {};
}

Status check_output(const SimulateOptions& options, const std::vector<Shape>& shapes) {
  if (shapes.size() == 1 || !(options.to.empty() || options.to == "-")) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("standard output holds one shape, not {}: name a folder with --to", shapes.size()));
}

}  // namespace

Result<SpoilOptions> spoil_options(const SimulateOptions& options) {
  SpoilOptions spoil;
  MILLRACE_ASSIGN(spoil.malformed, of_a_million("--malformed", options.malformed));
  MILLRACE_ASSIGN(spoil.duplicates, of_a_million("--duplicates", options.duplicates));
  MILLRACE_ASSIGN(spoil.late, of_a_million("--late", options.late));
  return spoil;
}

Result<std::vector<Shape>> shapes_named(const std::vector<std::string>& words, std::span<const Shape> known) {
  std::vector<Shape> named;
  for (const std::string& word : words) {
    if (word == "all") return std::vector<Shape>(known.begin(), known.end());
    MILLRACE_ASSIGN(const Shape shape, shape_named(word, known));
    named.push_back(shape);
  }
  std::vector<Shape> shapes;
  for (const Shape shape : known) {
    if (std::ranges::find(named, shape) != named.end()) shapes.push_back(shape);
  }
  return shapes;
}

Result<int> simulate(const SimulateOptions& options, Session& session) {
  MILLRACE_ASSIGN(const std::vector<Shape> shapes, shapes_named(options.shapes, kSimulatedShapes));
  MILLRACE_TRY(check_output(options, shapes));
  MILLRACE_ASSIGN(const WorldOptions world_options_of, world_options(options));
  for (const Shape shape : shapes) MILLRACE_TRY(check(world_options_of, shape));
  MILLRACE_ASSIGN(const SpoilOptions spoil, spoil_options(options));
  MILLRACE_TRY(make_folder(options.to, session));
  const World world(world_options_of);
  Simulation simulation(options, world, spoil, session);
  for (const Shape shape : shapes) {
    MILLRACE_ASSIGN(const bool whole, simulation.write(shape));
    if (!whole) return kExitInterrupted;
  }
  if (!options.truth_file.empty()) MILLRACE_TRY(simulation.write_truth());
  return kExitOk;
}

}  // namespace millrace
