#include "door/push_envelope.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <optional>

#include "base/base64.h"

namespace millrace {
namespace {

namespace dom = simdjson::dom;

using Fault = std::optional<std::string>;
using Twins = std::array<std::string_view, 2>;  // camelCase, snake_case

// The first of them that is there and not null.
std::optional<dom::element> find(dom::object object, const Twins& names) {
  for (const std::string_view name : names) {
    dom::element value;
    if (object[name].get(value) == simdjson::SUCCESS && !value.is_null()) return value;
  }
  return std::nullopt;
}

Fault read_text(dom::object object, const Twins& names, std::string& text) {
  const auto value = find(object, names);
  if (!value) return {};
  std::string_view found;
  if (value->get(found) != simdjson::SUCCESS) return fmt::format("{} is no string", names[0]);
  text = found;
  return {};
}

class EnvelopeReader {
 public:
  Fault read(std::string_view body) {
    dom::parser parser;
    dom::element root;
    if (const auto error = parser.parse(body.data(), body.size()).get(root); error != simdjson::SUCCESS) {
      return fmt::format("the body is no JSON: {}", simdjson::error_message(error));
    }
    dom::object envelope;
    if (root.get(envelope) != simdjson::SUCCESS) return "the body is no object";
    const auto message = find(envelope, {"message", "message"});
    if (!message) return "the envelope holds no message";
    dom::object members;
    if (message->get(members) != simdjson::SUCCESS) return "message is no object";
    if (auto fault = read_message(members)) return fault;
    return read_delivery(envelope);
  }

  PushMessage take() {
    PushMessage message = std::move(message_);
    message.attributes = std::move(of_envelope_);
    for (auto& own : own_) message.attributes.push_back(std::move(own));
    return message;
  }

 private:
  Fault read_message(dom::object message) {
    std::string data;
    if (auto fault = read_text(message, {"data", "data"}, data)) return fault;
    auto bytes = decode_base64(data);
    if (!bytes) return "message.data is no base64";
    message_.data = *std::move(bytes);
    if (auto fault = read_text(message, {"orderingKey", "ordering_key"}, message_.ordering_key)) return fault;
    if (auto fault = keep(message, {"messageId", "message_id"}, "pubsub.message_id")) return fault;
    if (auto fault = keep(message, {"publishTime", "publish_time"}, "pubsub.publish_time")) return fault;
    if (auto fault = read_attributes(message)) return fault;
    if (message_.data.empty() && own_.empty()) return "the message holds neither data nor attributes";
    return {};
  }

  Fault read_delivery(dom::object envelope) {
    if (auto fault = keep(envelope, {"subscription", "subscription"}, "pubsub.subscription")) return fault;
    const auto attempt = find(envelope, {"deliveryAttempt", "delivery_attempt"});
    if (!attempt) return {};
    std::int64_t count = 0;
    if (attempt->get(count) != simdjson::SUCCESS) return "deliveryAttempt is no whole number";
    of_envelope_.emplace_back("pubsub.delivery_attempt", std::to_string(count));
    return {};
  }

  Fault keep(dom::object object, const Twins& names, std::string_view attribute) {
    std::string text;
    if (auto fault = read_text(object, names, text)) return fault;
    if (!text.empty()) of_envelope_.emplace_back(attribute, std::move(text));
    return {};
  }

  Fault read_attributes(dom::object message) {
    const auto found = find(message, {"attributes", "attributes"});
    if (!found) return {};
    dom::object attributes;
    if (found->get(attributes) != simdjson::SUCCESS) return "message.attributes is no object";
    for (const auto [name, value] : attributes) {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) return "message.attributes holds what is no string";
      own_.emplace_back(name, text);
    }
    return {};
  }

  PushMessage message_;
  std::vector<std::pair<std::string, std::string>> of_envelope_;
  std::vector<std::pair<std::string, std::string>> own_;
};

}  // namespace

NewRecord PushMessage::record() const {
  NewRecord record{.key = ordering_key, .payload = data};
  for (const auto& [name, value] : attributes) record.attributes.emplace_back(name, value);
  return record;
}

std::expected<PushMessage, std::string> read_push_envelope(std::string_view body) {
  EnvelopeReader reader;
  if (auto fault = reader.read(body)) return std::unexpected(*std::move(fault));
  return reader.take();
}

}  // namespace millrace
