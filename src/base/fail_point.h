// Named places where a test can end the process, as a kill would, between two steps that durability depends
// on. MILLRACE_FAIL_POINT=name or name:N ends it (_exit, status 137) when that place is reached the N-th
// time.
#pragma once

#include <span>
#include <string_view>

namespace millrace {

enum class FailPoint {
  kLogBeforeAppend,
  kLogAfterAppendBeforeSync,
  kLogAfterSyncBeforeAcknowledge,
  kLogBeforeRoll,
  kLogAfterRollBeforeFolderSync,
  kLogBeforeRename,
  kLogAfterRenameBeforeFolderSync,
  kLogDuringRetention,
};

std::string_view name(FailPoint point);
std::span<const FailPoint> all_fail_points();

// Costs one load of a variable when no test asks for any.
void pass(FailPoint point);

}  // namespace millrace
