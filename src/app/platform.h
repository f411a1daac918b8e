// What one data folder holds, opened: the warehouse, the topic log and the tokens, each when it is first
// asked for, so that a command pays for what it uses.
#pragma once

#include <memory>
#include <mutex>

#include "access/token_store.h"
#include "app/data_folder.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "log/topic_log.h"
#include "warehouse/warehouse.h"

namespace millrace {

// Thread-safe.
class Platform {
 public:
  // The folder, whose lock is held, and the clock outlive it.
  Platform(const DataFolder& folder, const Clock& clock, const DatabaseOptions& database_options)
      : folder_(folder), clock_(clock), database_options_(database_options) {}

  // What these return lives as long as the platform. An error is not remembered: the next call tries again.
  Result<Warehouse*> warehouse();
  Result<TopicLog*> log();
  Result<TokenStore*> tokens();

  const DataFolder& folder() const { return folder_; }
  const Clock& clock() const { return clock_; }

 private:
  const DataFolder& folder_;
  const Clock& clock_;
  const DatabaseOptions database_options_;
  PosixFileSystem files_;
  std::mutex mutex_;  // held while one of them is opened
  std::unique_ptr<Warehouse> warehouse_;
  std::unique_ptr<TopicLog> log_;
  std::unique_ptr<TokenStore> tokens_;
};

}  // namespace millrace
