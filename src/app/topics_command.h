// millrace topics: what topics there are, what stands in them, new ones and an end to old ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "app/session.h"
#include "base/result.h"
#include "base/time.h"
#include "log/topic.h"
#include "log/topic_log.h"

namespace millrace {

// Where reading begins: at the oldest record, behind the newest, at an offset, or at the first that arrived
// at or after a time.
enum class TopicEnd { kEarliest, kLatest };
using TopicStart = std::variant<TopicEnd, Offset, Timestamp>;

struct TopicsOptions {
  enum class Action { kCreate, kList, kShow, kRead, kDelete } action = Action::kList;
  std::string topic;
  TopicSettings settings;  // create
  bool json = false;       // list, show

  // read
  std::optional<std::uint32_t> partition;  // else all, one after the other
  TopicStart from = TopicEnd::kEarliest;
  std::optional<std::uint64_t> limit;
  bool follow = false;
  bool raw = false;  // payloads alone

  bool confirmed = false;  // delete
};

Result<int> topics(const TopicsOptions& options, TopicLog& log, Session& session);

}  // namespace millrace
