// How fast the topic log takes records from several callers that each wait for their acknowledgement, beside
// what the same disk takes by plain writes of the same size with fdatasync, in turns within one run.
//
//   log_append [--dir FOLDER] [--rounds N] [--seconds N]
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/file_system.h"
#include "log/topic_log.h"

namespace {

using namespace millrace;
using std::chrono::steady_clock;

struct Options {
  std::filesystem::path folder = ".";
  int rounds = 5;
  int seconds = 2;  // of each measurement
};

struct Scenario {
  std::string_view name;
  int callers;       // each with one append that it waits for
  int records;       // of one append
  std::size_t size;  // of one record
};

constexpr Scenario kScenarios[] = {
    {"2 callers, 100 records of 1.2 kB", 2, 100, 1'200},
    {"8 callers, 100 records of 1.2 kB", 8, 100, 1'200},
    {"64 callers, 100 records of 1.2 kB", 64, 100, 1'200},
    {"4096 callers, 1 record of 500 B", 4'096, 1, 500},
};

constexpr int kDrivers = 2;    // threads that act for all callers
constexpr int kDiskFiles = 4;  // written side by side, as by the log's threads

struct Measured {
  double megabytes_per_second = 0;
  double appends_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double bytes_per_sync = 0;
};

[[noreturn]] void give_up(std::string_view what) {
  fmt::print(stderr, "log_append: {}\n", what);
  std::exit(1);
}

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = 1;
  for (char& byte : bytes) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

double metric(const std::string& text, const std::string& name) {
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

// Appends as `callers` would that each wait for their answer before they append again.
void drive(TopicLog& log, std::span<const NewRecord> records, int callers, steady_clock::time_point end,
           std::vector<double>& waits_ms) {
  std::counting_semaphore<> free_callers(callers);
  std::mutex mutex;
  while (steady_clock::now() < end) {
    free_callers.acquire();
    const auto began = steady_clock::now();
    const Status taken = log.append("t", records, [&, began](const Result<std::vector<Position>>& stored) {
      if (!stored) give_up(stored.error().message);
      {
        const std::lock_guard lock(mutex);
        waits_ms.push_back(seconds_since(began) * 1e3);
      }
      free_callers.release();
    });
    if (!taken) give_up(taken.error().message);
  }
  for (int i = 0; i < callers; ++i) free_callers.acquire();
}

Measured measure_log(const Options& options, const Scenario& scenario) {
  const std::filesystem::path folder = options.folder / "log-append-bench";
  std::filesystem::remove_all(folder);
  PosixFileSystem files;
  const SystemClock clock;
  auto log = TopicLog::open(files, clock, folder.string(), {});
  if (!log) give_up(log.error().message);
  if (const Status made = (*log)->create("t", {}); !made) give_up(made.error().message);

  const std::string payload = noise(scenario.size);
  const std::vector<NewRecord> records(static_cast<std::size_t>(scenario.records),
                                       NewRecord{"", payload, {}});
  std::vector<std::vector<double>> waits(kDrivers);
  const auto start = steady_clock::now();
  {
    std::vector<std::jthread> drivers;
    for (std::vector<double>& own : waits) {
      drivers.emplace_back([&] {
        drive(**log, records, scenario.callers / kDrivers, start + std::chrono::seconds(options.seconds),
              own);
      });
    }
  }
  const double seconds = seconds_since(start);
  std::vector<double> waits_ms;
  for (const std::vector<double>& own : waits) waits_ms.insert(waits_ms.end(), own.begin(), own.end());
  const auto appends = static_cast<double>(waits_ms.size());
  std::string metrics;
  (*log)->append_metrics(metrics);
  const double bytes = appends * scenario.records * static_cast<double>(scenario.size);
  const double syncs = metric(metrics, "millrace_log_commit_duration_seconds_count");
  log->reset();
  std::filesystem::remove_all(folder);
  return {bytes / seconds / 1e6, appends / seconds, percentile(waits_ms, 0.5), percentile(waits_ms, 0.99),
          bytes / std::max(1.0, syncs)};
}

// Each thread writes one file from front to back, with a sync behind each block.
double measure_disk(const Options& options, std::size_t block_size, int threads) {
  const std::string block = noise(block_size);
  std::atomic<std::uint64_t> bytes = 0;
  const auto start = steady_clock::now();
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < threads; ++i) {
      writers.emplace_back([&, i] {
        const std::string path = (options.folder / fmt::format("log-append-bench-{}", i)).string();
        const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!file.is_open()) give_up("cannot write " + path);
        while (seconds_since(start) < options.seconds) {
          if (!write_all(file.get(), block) || ::fdatasync(file.get()) != 0) give_up("cannot write " + path);
          bytes += block_size;
        }
        ::unlink(path.c_str());
      });
    }
  }
  return static_cast<double>(bytes) / seconds_since(start) / 1e6;
}

void run(const Options& options, const Scenario& scenario) {
  std::vector<double> ratios;
  std::vector<double> logs;
  std::vector<double> disks;
  Measured last;
  for (int round = 0; round < options.rounds; ++round) {
    last = measure_log(options, scenario);
    const auto block = static_cast<std::size_t>(std::max(1.0, last.bytes_per_sync));
    const double disk = std::max(measure_disk(options, block, 1),
                                 measure_disk(options, block, std::min(scenario.callers, kDiskFiles)));
    logs.push_back(last.megabytes_per_second);
    disks.push_back(disk);
    ratios.push_back(last.megabytes_per_second / disk);
  }
  const auto [least, most] = std::ranges::minmax(ratios);
  fmt::print(
      "{:<36} log {:7.1f} MB/s {:8.0f} appends/s  p50 {:6.2f} ms  p99 {:6.2f} ms  {:8.0f} B/sync   "
      "disk {:7.1f} MB/s   ratio {:.2f} [{:.2f}-{:.2f}]\n",
      scenario.name, percentile(logs, 0.5), last.appends_per_second, last.p50_ms, last.p99_ms,
      last.bytes_per_sync, percentile(disks, 0.5), percentile(ratios, 0.5), least, most);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--dir") {
      options.folder = argv[i + 1];
    } else if (name == "--rounds") {
      options.rounds = std::atoi(argv[i + 1]);
    } else if (name == "--seconds") {
      options.seconds = std::atoi(argv[i + 1]);
    } else {
      give_up("usage: log_append [--dir FOLDER] [--rounds N] [--seconds N]");
    }
  }
  for (const Scenario& scenario : kScenarios) run(options, scenario);
  return 0;
}
