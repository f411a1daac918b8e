// One call of append() from when its bytes are taken over until it is answered. Its records may stand in
// several partitions, each a part; parts are stored by different threads and in any order.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "log/topic.h"

namespace millrace {

// Where a record, or the first of several that stand together, was stored.
struct Position {
  Partition partition;
  Offset offset;
};

// Of each record of an append, in its order.
using AppendDone = std::function<void(Result<std::vector<Position>>)>;

// Parts may end on several threads at once, each part once.
class PendingAppend {
 public:
  // `positions` name the partition of each record, and as offset its place among the records of its part.
  PendingAppend(std::vector<Position> positions, std::uint32_t parts, AppendDone done);

  // Which partition each record goes to; until the last part is added.
  std::span<const Position> positions() const { return positions_; }

  // True when all parts have ended: the append is to be answered then.
  bool part_stored(Partition partition, Offset first);
  bool part_failed(const Error& error);

  // Once, when all parts have ended.
  void answer();

 private:
  bool end_part() { return parts_left_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

  std::vector<Position> positions_;
  std::atomic<std::uint32_t> parts_left_;
  std::atomic<bool> has_failed_ = false;
  Error error_;  // of the part that failed first
  AppendDone done_;
};

// Appends whose last part has ended, to be answered when no lock is held and no partition is kept waiting.
using EndedAppends = std::vector<std::shared_ptr<PendingAppend>>;

}  // namespace millrace
