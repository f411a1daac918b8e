#include "log/pending_append.h"

#include <utility>

#include "base/check.h"

namespace millrace {

PendingAppend::PendingAppend(std::vector<Position> positions, std::uint32_t parts, AppendDone done)
    : positions_(std::move(positions)), parts_left_(parts), done_(std::move(done)) {
  MILLRACE_CHECK(parts > 0);
}

bool PendingAppend::part_stored(Partition partition, Offset first) {
  for (Position& position : positions_) {
    if (position.partition == partition) position.offset.value += first.value;
  }
  return end_part();
}

bool PendingAppend::part_failed(const Error& error) {
  if (!has_failed_.exchange(true)) error_ = error;
  return end_part();
}

void PendingAppend::answer() {
  MILLRACE_CHECK(parts_left_.load(std::memory_order_acquire) == 0);
  const AppendDone done = std::exchange(done_, nullptr);
  if (has_failed_) {
    done(std::unexpected(std::move(error_)));
  } else {
    done(std::move(positions_));
  }
}

}  // namespace millrace
