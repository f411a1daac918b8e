#include "app/platform.h"

namespace millrace {

Result<Warehouse*> Platform::warehouse() {
  const std::lock_guard lock(mutex_);
  if (!warehouse_) {
    MILLRACE_ASSIGN(warehouse_, Warehouse::open(folder_.warehouse_file(), database_options_));
  }
  return warehouse_.get();
}

Result<TopicLog*> Platform::log() {
  const std::lock_guard lock(mutex_);
  if (!log_) {
    MILLRACE_ASSIGN(log_, TopicLog::open(files_, clock_, folder_.log_folder(), {}));
  }
  return log_.get();
}

Result<TokenStore*> Platform::tokens() {
  const std::lock_guard lock(mutex_);
  if (!tokens_) {
    MILLRACE_ASSIGN(tokens_, TokenStore::open(files_, clock_, folder_.access_folder()));
  }
  return tokens_.get();
}

}  // namespace millrace
