// Walks the batches of a segment, over damage where there is any. Everything that reads segments goes this
// way, so that all agree on what a batch is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "base/result.h"
#include "log/record_codec.h"
#include "log/segment_index.h"

namespace millrace {

// Part of a file in memory.
class FileWindow {
 public:
  // Reads at least `read_ahead` bytes at once, where the file has them before `end`.
  FileWindow(const File& file, std::uint64_t end, std::size_t read_ahead)
      : file_(file), end_(end), read_ahead_(read_ahead) {}

  // Fewer bytes only at the end; good until the next call.
  Result<std::string_view> view(std::uint64_t position, std::size_t size);

 private:
  const File& file_;
  std::uint64_t end_;
  std::size_t read_ahead_;
  std::string bytes_;
  std::uint64_t start_ = 0;
};

// What a batch of a segment must agree with; others are none of it, whatever their checksum says.
struct SegmentBounds {
  std::uint64_t segment_id = 0;  // 0: that of the first batch that is found
  std::uint64_t end = 0;         // position that no batch passes
  Offset limit;                  // offset that no record reaches
};

class BatchCursor {
 public:
  enum class Found { kBatch, kDamage, kEnd };

  BatchCursor(const File& file, const SegmentBounds& bounds, const IndexEntry& start, std::size_t read_ahead)
      : window_(file, bounds.end, read_ahead), bounds_(bounds), next_(start) {}

  // The next batch with a sound header, or the stretch before it that is none. Errors are those of reading.
  Result<Found> next();

  const BatchHeader& header() const { return header_; }  // of the batch
  std::uint64_t position() const { return position_; }   // of the batch or stretch
  std::uint64_t end() const { return next_.position; }   // of the batch or stretch
  // Of the batch; good until the next call of anything here.
  Result<std::string_view> stored_body();

 private:
  Result<bool> find_header(std::uint64_t position);
  Result<std::uint64_t> search(std::uint64_t position);
  bool belongs_here(const BatchHeader& header, std::uint64_t position) const;

  FileWindow window_;
  SegmentBounds bounds_;
  IndexEntry next_;  // where to go on: the least offset and arrival that can come there
  BatchHeader header_;
  std::uint64_t position_ = 0;
};

}  // namespace millrace
