#include "log/batch_cursor.h"

#include <algorithm>

namespace millrace {
namespace {

constexpr std::size_t kSearchSize = 64 << 10;

}  // namespace

Result<std::string_view> FileWindow::view(std::uint64_t position, std::size_t size) {
  if (position >= end_) return std::string_view();
  size = std::min<std::uint64_t>(size, end_ - position);
  if (position < start_ || position + size > start_ + bytes_.size()) {
    const std::size_t wanted = std::min<std::uint64_t>(std::max(size, read_ahead_), end_ - position);
    start_ = position;
    bytes_.resize(wanted);
    MILLRACE_ASSIGN(const std::size_t count, file_.read_at(position, bytes_));
    bytes_.resize(count);
  }
  return std::string_view(bytes_).substr(position - start_, size);
}

Result<BatchCursor::Found> BatchCursor::next() {
  position_ = next_.position;
  if (position_ >= bounds_.end) return Found::kEnd;
  MILLRACE_ASSIGN(const bool is_batch, find_header(position_));
  if (!is_batch) {
    MILLRACE_ASSIGN(next_.position, search(position_ + 1));
    return Found::kDamage;
  }
  bounds_.segment_id = header_.segment_id;
  next_ = {{header_.base.value + header_.record_count},
           position_ + kBatchHeaderSize + header_.stored_size,
           header_.arrival};
  return Found::kBatch;
}

Result<std::string_view> BatchCursor::stored_body() {
  return window_.view(position_ + kBatchHeaderSize, header_.stored_size);
}

Result<bool> BatchCursor::find_header(std::uint64_t position) {
  MILLRACE_ASSIGN(const std::string_view bytes, window_.view(position, kBatchHeaderSize));
  const auto header = decode_batch_header(bytes);
  if (!header || !belongs_here(*header, position)) return false;
  header_ = *header;
  return true;
}

Result<std::uint64_t> BatchCursor::search(std::uint64_t position) {
  for (;;) {
    MILLRACE_ASSIGN(const std::string_view bytes, window_.view(position, kSearchSize));
    if (bytes.size() < kBatchHeaderSize) return bounds_.end;
    const std::size_t found = bytes.find(batch_magic());
    if (found == std::string_view::npos) {
      position += bytes.size() - (batch_magic().size() - 1);
      continue;
    }
    position += found;
    MILLRACE_ASSIGN(const bool is_batch, find_header(position));
    if (is_batch) return position;
    ++position;
  }
}

bool BatchCursor::belongs_here(const BatchHeader& header, std::uint64_t position) const {
  const bool is_of_segment = bounds_.segment_id == 0 || header.segment_id == bounds_.segment_id;
  return is_of_segment && header.base >= next_.offset && header.arrival >= next_.arrival &&
         header.durable_until <= position &&
         bounds_.limit.value - header.base.value >= std::int64_t{header.record_count} &&
         header.stored_size <= bounds_.end - position - kBatchHeaderSize;
}

}  // namespace millrace
