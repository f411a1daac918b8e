// What Google Pub/Sub sends to a push subscription: one message wrapped in JSON, as
//   {"message":{"data":"<base64>","attributes":{…},"messageId":"…","publishTime":"…","orderingKey":"…"},
//    "subscription":"…","deliveryAttempt":1}
// where each name of two words may also be written in snake_case. Where both are there, camelCase counts.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/topic.h"

namespace millrace {

struct PushMessage {
  std::string data;
  std::string ordering_key;  // "" for none
  // The message's own, behind what the envelope says: pubsub.message_id, pubsub.publish_time,
  // pubsub.subscription, pubsub.delivery_attempt.
  std::vector<std::pair<std::string, std::string>> attributes;

  // As a record of a topic, which borrows from this.
  NewRecord record() const;
};

// What is wrong with the envelope, in words. Any bytes may come in.
std::expected<PushMessage, std::string> read_push_envelope(std::string_view body);

}  // namespace millrace
