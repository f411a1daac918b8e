// millrace topics read: the records of a topic, as lines.
#pragma once

#include "app/topics_command.h"

namespace millrace {

// To what was there when it began, or on and on when following. What is lost to damage, or was removed by
// retention before it could be read, is told on the session's err.
Result<int> read_topic(const TopicsOptions& options, const TopicState& topic, const TopicLog& log,
                       Session& session);

}  // namespace millrace
