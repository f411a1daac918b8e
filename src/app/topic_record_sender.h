// Records to a topic of this data folder.
#pragma once

#include "app/record_sender.h"

namespace millrace {

class TopicLog;

class TopicRecordSender final : public RecordSender {
 public:
  explicit TopicRecordSender(TopicLog& log) : log_(log) {}  // outlives this

  // Refused for now while the log has no space, or too much to do.
  Result<SendAnswer> send(const RecordBatch& batch, const std::stop_token& stop) override;

 private:
  TopicLog& log_;
};

}  // namespace millrace
