// Whether the log can still promise what it promises: failed for good, or out of space for now.
#pragma once

#include <atomic>
#include <mutex>

#include "base/result.h"

namespace millrace {

// Thread-safe; asking costs one load while all is well.
class LogCondition {
 public:
  // A sync has failed, so nothing may be acknowledged any more. The first reason stays.
  void set_failed(const Error& why);
  // An error, for good, once it has failed.
  Status failed() const;

  void set_full(const Error& why);
  void set_roomy();
  // kNoSpace from the first write that found no space until one finds it again.
  Status full() const;

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> has_failed_ = false;
  std::atomic<bool> is_full_ = false;
  Error failure_;   // under mutex_
  Error fullness_;  // under mutex_
};

}  // namespace millrace
