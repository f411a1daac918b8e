#include "base/fail_point.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace millrace {
namespace {

constexpr std::array kAll = {
    FailPoint::kLogBeforeAppend,
    FailPoint::kLogAfterAppendBeforeSync,
    FailPoint::kLogAfterSyncBeforeAcknowledge,
    FailPoint::kLogBeforeRoll,
    FailPoint::kLogAfterRollBeforeFolderSync,
    FailPoint::kLogBeforeRename,
    FailPoint::kLogAfterRenameBeforeFolderSync,
    FailPoint::kLogDuringRetention,
};

constexpr int kExitAsKilled = 137;

struct Plan {
  FailPoint point;
  std::uint64_t nth = 1;
};

std::optional<FailPoint> find(std::string_view wanted) {
  for (const FailPoint point : kAll) {
    if (name(point) == wanted) return point;
  }
  return std::nullopt;
}

// A test that misspells a place must not pass because nothing happens.
[[noreturn]] void refuse(std::string_view text) {
  std::fprintf(stderr, "millrace: MILLRACE_FAIL_POINT=%.*s names no fail point\n",
               static_cast<int>(text.size()), text.data());
  ::_exit(2);
}

std::optional<Plan> read_plan() {
  const char* variable = std::getenv("MILLRACE_FAIL_POINT");
  if (variable == nullptr || *variable == '\0') return std::nullopt;
  const std::string_view text = variable;
  const std::size_t colon = text.find(':');
  const auto point = find(text.substr(0, colon));
  if (!point) refuse(text);
  Plan plan{*point};
  if (colon != std::string_view::npos) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, plan.nth);
    if (read.ec != std::errc{} || read.ptr != end || plan.nth == 0) refuse(text);
  }
  return plan;
}

const std::optional<Plan> plan = read_plan();
std::atomic<std::uint64_t> passed = 0;

}  // namespace

std::string_view name(FailPoint point) {
  switch (point) {
    case FailPoint::kLogBeforeAppend:
      return "log_before_append";
    case FailPoint::kLogAfterAppendBeforeSync:
      return "log_after_append_before_sync";
    case FailPoint::kLogAfterSyncBeforeAcknowledge:
      return "log_after_sync_before_acknowledge";
    case FailPoint::kLogBeforeRoll:
      return "log_before_roll";
    case FailPoint::kLogAfterRollBeforeFolderSync:
      return "log_after_roll_before_folder_sync";
    case FailPoint::kLogBeforeRename:
      return "log_before_rename";
    case FailPoint::kLogAfterRenameBeforeFolderSync:
      return "log_after_rename_before_folder_sync";
    case FailPoint::kLogDuringRetention:
      return "log_during_retention";
  }
  return "";
}

std::span<const FailPoint> all_fail_points() {
  return kAll;
}

void pass(FailPoint point) {
  if (!plan || plan->point != point) return;
  if (passed.fetch_add(1) + 1 == plan->nth) ::_exit(kExitAsKilled);
}

}  // namespace millrace
