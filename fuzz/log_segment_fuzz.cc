// Any bytes as a partition's segment and index: opening and reading never crash, records and gaps together
// cover every offset, a second opening finds the same, and appending goes on.
//
// The first byte chooses: 1 mends checksums, so that what lies behind them is reached; 2 puts another segment
// behind it; 4 takes four times as many further bytes as the second byte says as its index. What an index
// with a sound checksum promises is believed, so that only without one the second reading must find the same.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/crash_file_system.h"
#include "base/crc32c.h"
#include "base/little_endian.h"
#include "log/partition_log.h"
#include "log/record_codec.h"
#include "log/segment.h"
#include "property.h"

namespace millrace {
namespace {

constexpr std::uint64_t kSegmentId = 1;
constexpr std::int64_t kNextBase = 1'000;
const std::string kFolder = "/partition";

std::string_view part(const std::string& bytes, std::size_t at, std::size_t size) {
  return std::string_view(bytes).substr(at, size);
}

void mend_records(std::string& bytes, std::size_t at) {
  while (at + kRecordOverhead <= bytes.size()) {
    const auto length = load_le<std::uint32_t>(bytes, at);
    if (length > bytes.size() - at - 12) return;
    store_le(bytes.data() + at + 4, crc32c(part(bytes, at, 4)));
    store_le(bytes.data() + at + 8, crc32c(part(bytes, at + 12, length)));
    at += 12 + length;
  }
}

void mend_segment(std::string& bytes) {
  if (bytes.size() < kSegmentHeaderSize) return;
  store_le(bytes.data() + 60, crc32c(part(bytes, 0, 60)));
  for (std::size_t at = bytes.find(batch_magic()); at != std::string::npos;
       at = bytes.find(batch_magic(), at + 1)) {
    if (bytes.size() - at < kBatchHeaderSize) return;
    store_le(bytes.data() + at + 8, load_le<std::uint64_t>(bytes, 16));
    store_le(bytes.data() + at + 4, crc32c(part(bytes, at + 8, kBatchHeaderSize - 8)));
    mend_records(bytes, at + kBatchHeaderSize);
  }
}

void mend_index(std::string& bytes) {
  if (bytes.size() < 4) return;
  store_le(bytes.data() + bytes.size() - 4, crc32c(part(bytes, 0, bytes.size() - 4)));
}

void put_file(FileSystem& files, const std::string& name, std::string_view bytes) {
  const auto file = files.open(kFolder + "/" + name, OpenMode::kCreate);
  FUZZ_CHECK(file.has_value());
  FUZZ_CHECK((*file)->write_at(0, std::array{bytes}).has_value());
}

struct Found {
  std::vector<std::int64_t> offsets;
  std::size_t bytes = 0;
  std::size_t gaps = 0;
  friend bool operator==(const Found& a, const Found& b) {
    return a.offsets == b.offsets && a.bytes == b.bytes;
  }
};

Found read_all(const PartitionLog& log, std::size_t bytes_max) {
  const PartitionState state = log.state();
  Found found;
  Offset expected = state.start;
  for (Offset from = state.start; from < state.next;) {
    const auto batch = log.read(from, bytes_max);
    FUZZ_CHECK(batch.has_value());
    std::size_t gap = 0;
    for (const LogRecord& record : batch->records) {
      for (; gap < batch->gaps.size() && batch->gaps[gap].first == expected; ++gap)
        expected = batch->gaps[gap].end;
      FUZZ_CHECK(record.offset == expected);
      ++expected.value;
      found.offsets.push_back(record.offset.value);
      found.bytes += record.key.size() + record.payload.size();
      for (const auto& [name, value] : record.attributes) found.bytes += name.size() + value.size();
    }
    for (; gap < batch->gaps.size() && batch->gaps[gap].first == expected; ++gap)
      expected = batch->gaps[gap].end;
    FUZZ_CHECK(gap == batch->gaps.size());
    found.gaps += gap > 0 ? 1 : 0;
    FUZZ_CHECK(batch->next == expected);
    FUZZ_CHECK(batch->next > from);
    from = batch->next;
  }
  FUZZ_CHECK(expected == state.next);
  return found;
}

std::unique_ptr<PartitionLog> open(FileSystem& files) {
  static const ManualClock clock({0});
  Recovery recovery;
  auto log = PartitionLog::open(files, clock, kFolder, {}, recovery);
  if (!log) FUZZ_CHECK(log.error().code == ErrorCode::kInvalidArgument);
  return log ? std::move(*log) : nullptr;
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  std::string segment(fuzz_text(data, size));
  if (segment.size() < 2) return 0;
  const char choice = segment[0];
  const std::size_t index_size = std::size_t{static_cast<unsigned char>(segment[1])} * 4;
  segment.erase(0, 2);
  std::string index;
  if ((choice & 4) != 0) {
    index = segment.substr(0, index_size);
    segment.erase(0, index_size);
  }
  if ((choice & 1) != 0) {
    mend_segment(segment);
    mend_index(index);
  }
  CrashFileSystem files;
  FUZZ_CHECK(files.make_folder(kFolder).has_value());
  put_file(files, segment_file_name({0}), segment);
  if (!index.empty()) put_file(files, index_file_name({0}), index);
  if ((choice & 2) != 0) {
    put_file(files, segment_file_name({kNextBase}), encode(SegmentHeader{kSegmentId, {kNextBase}, {0}}));
  }

  auto log = open(files);
  if (log == nullptr) return 0;
  const Found first = read_all(*log, 1 << 20);
  FUZZ_CHECK(read_all(*log, 1) == first || !index.empty());
  (void)log->offset_at({0});
  log = open(files);
  FUZZ_CHECK(log != nullptr);
  FUZZ_CHECK(read_all(*log, 1 << 20) == first || !index.empty());
  const Offset next = log->state().next;
  if (next.value > std::int64_t{1} << 62) return 0;  // no real log comes so far

  std::string body;
  append_record({"key", "payload"}, body);
  const auto offsets = log->append_group(std::array{AppendGroup{body, 1}});
  FUZZ_CHECK(offsets.has_value() && offsets->front() == next);
  // Only where all is sound, for the same reason.
  if (log->state().start < next && first.gaps == 0)
    FUZZ_CHECK(log->blank(std::array{log->state().start}).has_value());
  FUZZ_CHECK(log->close().has_value());
  log = open(files);
  FUZZ_CHECK(log != nullptr);
  const Found last = read_all(*log, 1 << 20);
  // Where a header with a sound checksum claims more bytes than there are, which only a mended input has,
  // what is appended may come to stand in them.
  FUZZ_CHECK(last.offsets.size() > first.offsets.size() || first.gaps > 0 || !index.empty());
  return 0;
}
