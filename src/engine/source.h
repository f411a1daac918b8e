// Where records come from: partitioned bytes with positions. A topic partition counts records, a file counts
// bytes. The engine asks for batches, and moves a partition's progress in the transaction that stores what a
// batch held.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "event/contract.h"
#include "event/row_decoder.h"
#include "event/visit_decoder.h"

namespace millrace {

// Bytes that can be read (whatever they hold) behind each record.
inline constexpr std::size_t kRecordPadding = 64;
static_assert(kRecordPadding >= VisitDecoder::kPadding && kRecordPadding >= RowDecoder::kPadding);

// Where a record stood, as every stored row tells it. Borrowed text lives as long as the batch.
struct Provenance {
  std::string_view topic;                 // streams; empty for files
  std::optional<std::int32_t> partition;  // streams
  std::optional<std::int64_t> offset;     // streams
  std::string_view file;                  // files; empty for streams
  std::optional<std::int64_t> line;       // files, from 1
  Timestamp received_at;
};

// Small: a batch holds hundreds of thousands.
struct SourceRecord {
  std::string_view bytes;  // at least kRecordPadding readable bytes behind it
  std::uint64_t size = 0;  // of the whole record; more than bytes.size() when the rest was too large to keep
  std::int64_t place = 0;  // files: its line, from 1; streams: its offset. No two of a batch have the same
  bool unterminated = false;  // CSV: a quote in it is never closed
};

// A file of which something new is stored, as it stands in the list of loads.
struct LoadStart {
  std::string contract;
  std::string file_name;
  std::uint64_t from_byte = 0;
  Timestamp started_at;
};

// The part of a partition that a batch covers. Storing the batch moves the partition from `from` to `to`, by
// compare-and-set: when it does not stand at `from`, the transaction fails.
struct ProgressMove {
  std::string partition;  // unique over all sources
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  bool first = false;                        // the partition has no progress yet
  std::uint64_t load_id = 0;                 // files: which raw.load_files row; 0 for streams
  std::optional<LoadStart> load_start = {};  // files: with the first batch of a load
  std::string checksum_before;  // files: hash of all bytes of the file before `from`; empty for streams
  std::string checksum;         // files: hash of all bytes before `to`
  bool unterminated = false;    // files: the last line had no newline yet
};

// Records of one contract, which outlives the batch.
struct RecordBatch {
  const Contract* contract = nullptr;
  ProgressMove progress;
  std::string header;                       // CSV: the line that names the columns; empty: the contract does
  std::optional<std::int64_t> header_line;  // where in the file, if this batch begins with it
  std::vector<SourceRecord> records;
  std::vector<char> buffer;               // what the records point into
  std::string topic;                      // files: the contract's name
  std::optional<std::int32_t> partition;  // streams
  std::string file;                       // files
  Timestamp received_at;
  std::uint64_t input_bytes = 0;  // as read, decompressed
  std::uint64_t first_line = 0;   // files: number of the first line

  // Of a record at this place; its texts are those of the batch.
  Provenance provenance(std::int64_t place) const {
    const bool in_stream = partition.has_value();
    return {.topic = topic,
            .partition = partition,
            .offset = in_stream ? std::optional(place) : std::nullopt,
            .file = file,
            .line = in_stream ? std::nullopt : std::optional(place),
            .received_at = received_at};
  }
};

// next() is called by several threads at once.
class Source {
 public:
  virtual ~Source() = default;

  // Fills `batch` (whose memory is used again) with the next one of any partition; false at the end of the
  // source.
  virtual Result<bool> next(RecordBatch& batch) = 0;
};

}  // namespace millrace
