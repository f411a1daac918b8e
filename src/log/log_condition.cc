#include "log/log_condition.h"

#include "base/report.h"

namespace millrace {

void LogCondition::set_failed(const Error& why) {
  const std::lock_guard lock(mutex_);
  if (has_failed_) return;
  failure_ = {
      ErrorCode::kUnavailable,
      "the topic log takes nothing more until a restart, because a write to disk failed: " + why.message};
  has_failed_ = true;
  report(Severity::kError, "log_failed", failure_.message);
}

Status LogCondition::failed() const {
  if (!has_failed_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(mutex_);
  return std::unexpected(failure_);
}

void LogCondition::set_full(const Error& why) {
  const std::lock_guard lock(mutex_);
  if (!is_full_) report(Severity::kError, "log_disk_full", why.message);
  fullness_ = {ErrorCode::kNoSpace, why.message};
  is_full_ = true;
}

void LogCondition::set_roomy() {
  if (!is_full_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  if (is_full_) report(Severity::kInfo, "log_disk_has_space", "the topic log can write again");
  is_full_ = false;
}

Status LogCondition::full() const {
  if (!is_full_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(mutex_);
  return std::unexpected(fullness_);
}

}  // namespace millrace
