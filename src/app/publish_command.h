// millrace publish: records into a topic.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/session.h"
#include "base/result.h"
#include "log/topic_log.h"

namespace millrace {

struct PublishOptions {
  std::string topic;
  std::string file = "-";
  bool whole = false;     // the file is one record, not each of its lines
  std::string key;        // of all records
  std::string key_field;  // or the member of each JSON line that is its key
  std::vector<std::pair<std::string, std::string>> attributes;
  bool json = false;
};

// Returns the exit code: 0, 4 when some lines were refused, 130 when stopped.
Result<int> publish(const PublishOptions& options, TopicLog& log, Session& session);

}  // namespace millrace
