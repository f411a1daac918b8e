// What appending costs beside the disk itself. Run where the data will be: MILLRACE_BENCH_FOLDER.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/check.h"
#include "log/partition_log.h"
#include "log/record_codec.h"

namespace millrace {
namespace {

constexpr std::size_t kGroupSize = 1 << 20;
constexpr std::uint64_t kBareFileSizeMax = 128 << 20;  // as of a segment

class BenchFolder {
 public:
  BenchFolder() {
    const char* chosen = std::getenv("MILLRACE_BENCH_FOLDER");
    const std::filesystem::path parent =
        chosen == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(chosen);
    std::string pattern = (parent / "millrace-bench-XXXXXX").string();
    MILLRACE_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~BenchFolder() { std::filesystem::remove_all(path_); }
  std::string path(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string make_body(std::uint32_t& count) {
  std::string body;
  const std::string payload(1'000, 'p');
  for (count = 0; body.size() < kGroupSize; ++count) append_record({"key", payload}, body);
  return body;
}

double seconds_of(auto&& step) {
  const auto start = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Files of the same size as segments, written and synced with nothing between.
class BareWriter {
 public:
  BareWriter(FileSystem& files, std::string path) : files_(files), path_(std::move(path)) { begin(); }

  void write(std::string_view bytes) {
    if (position_ + bytes.size() > kBareFileSizeMax) begin();
    const std::array parts = {bytes};
    MILLRACE_CHECK(file_->write_at(position_, parts).has_value());
    MILLRACE_CHECK(file_->sync_data().has_value());
    position_ += bytes.size();
  }

 private:
  void begin() {
    auto file = files_.open(path_ + std::to_string(count_++), OpenMode::kCreate);
    MILLRACE_CHECK(file.has_value());
    file_ = std::move(*file);
    position_ = 0;
  }

  FileSystem& files_;
  std::string path_;
  int count_ = 0;
  std::unique_ptr<File> file_;
  std::uint64_t position_ = 0;
};

// Groups of 1 MiB by the log and bare, in turns, so that both meet the disk in the same mood. `of_bare` is
// the log's throughput as a part of the disk's own.
void BM_AppendBesideBareWrites(benchmark::State& state) {
  const BenchFolder folder;
  PosixFileSystem files;
  const SystemClock clock;
  Recovery recovery;
  auto log = PartitionLog::open(files, clock, folder.path("partition"), {}, recovery);
  MILLRACE_CHECK(log.has_value());
  BareWriter bare(files, folder.path("bare"));
  std::uint32_t count = 0;
  const std::string body = make_body(count);
  const std::array groups = {AppendGroup{body, count}};
  double log_seconds = 0;
  double bare_seconds = 0;
  for (auto _ : state) {
    const double taken = seconds_of([&] { MILLRACE_CHECK((*log)->append_group(groups).has_value()); });
    log_seconds += taken;
    bare_seconds += seconds_of([&] { bare.write(body); });
    state.SetIterationTime(taken);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.counters["of_bare"] = bare_seconds / log_seconds;
}
BENCHMARK(BM_AppendBesideBareWrites)->UseManualTime()->Iterations(600)->Unit(benchmark::kMillisecond);

// Records in memory become bytes: lengths, checksums and copies.
void BM_EncodeRecords(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'p');
  std::string body;
  for (auto _ : state) {
    body.clear();
    while (body.size() < kGroupSize) append_record({"key", payload}, body);
    benchmark::DoNotOptimize(body.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(BM_EncodeRecords)->Arg(100)->Arg(1'000)->Arg(10'000);

// From the page cache, a MiB at a time, with every record checked.
void BM_ReadFromStart(benchmark::State& state) {
  const BenchFolder folder;
  PosixFileSystem files;
  const SystemClock clock;
  Recovery recovery;
  auto log = PartitionLog::open(files, clock, folder.path("partition"), {}, recovery);
  std::uint32_t count = 0;
  const std::string body = make_body(count);
  const std::array groups = {AppendGroup{body, count}};
  for (int i = 0; i < 64; ++i) MILLRACE_CHECK((*log)->append_group(groups).has_value());
  Offset from;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const auto batch = (*log)->read(from, kGroupSize);
    MILLRACE_CHECK(batch.has_value());
    for (const LogRecord& record : batch->records) bytes += static_cast<std::int64_t>(record.payload.size());
    from = batch->next == (*log)->state().next ? Offset{} : batch->next;
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_ReadFromStart);

// What a start costs after a kill: all of a segment is read and checked.
void BM_Recover(benchmark::State& state) {
  const BenchFolder folder;
  PosixFileSystem files;
  const SystemClock clock;
  Recovery recovery;
  std::uint32_t count = 0;
  const std::string body = make_body(count);
  const std::array groups = {AppendGroup{body, count}};
  auto log = PartitionLog::open(files, clock, folder.path("partition"), {}, recovery);
  for (int i = 0; i < 100; ++i) MILLRACE_CHECK((*log)->append_group(groups).has_value());
  log->reset();
  recovery = {};
  for (auto _ : state) {
    auto opened = PartitionLog::open(files, clock, folder.path("partition"), {}, recovery);
    MILLRACE_CHECK(opened.has_value());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(recovery.scanned_bytes));
}
BENCHMARK(BM_Recover)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
