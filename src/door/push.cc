#include "door/push.h"

#include <fmt/format.h>

#include <utility>

#include "base/json_string.h"
#include "door/push_envelope.h"

namespace millrace {
namespace {

constexpr std::size_t kInlineBodyMax = 16 << 10;

// Not of an envelope, but of a message that no topic takes: Pub/Sub's limits are other ones than ours.
constexpr std::string_view kBadEnvelope = "bad_envelope";
constexpr std::string_view kBeyondLimits = "beyond_limits";

HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  return response;
}

HttpResponse kept_as_dead_letter(std::string_view reason, std::string_view message) {
  HttpResponse response;
  response.status = 202;
  response.content_type = "application/json";
  response.body = fmt::format("{{\"accepted\":0,\"dead_letter\":{{\"reason\":{},\"message\":{}}}}}\n",
                              json_quoted(reason), json_quoted(message));
  return response;
}

class Push {
 public:
  Push(const Intake& intake, std::string dead_letter_topic)
      : intake_(intake), dead_letter_topic_(std::move(dead_letter_topic)) {}

  void take(const HttpRequest& request, const Answer& answer) const {
    // The name is the operator's, not the sender's: a wrong one is to be seen, not kept.
    const std::string_view topic = request.parameter("topic");
    if (const Status named = check_topic_name(topic); !named.has_value()) {
      return intake_.refuse(Door::kPush, 0, request.body.size(), append_refusal(named.error()), answer);
    }
    const auto message = read_push_envelope(request.body);
    if (!message) return keep_dead_letter(request, kBadEnvelope, message.error(), answer);
    const NewRecord record = message->record();
    const Status taken = intake_.append(topic, std::span(&record, 1),
                                        {.door = Door::kPush, .when_durable = no_content()}, answer);
    if (taken.has_value()) return;
    if (taken.error().code == ErrorCode::kInvalidArgument) {
      return keep_dead_letter(request, kBeyondLimits, taken.error().message, answer);
    }
    intake_.refuse(Door::kPush, 1, message->data.size(), append_refusal(taken.error()), answer);
  }

 private:
  void keep_dead_letter(const HttpRequest& request, std::string_view reason, std::string_view message,
                        const Answer& answer) const {
    const NewRecord letter{.key = "",
                           .payload = request.body,
                           .attributes = {{"reason", reason},
                                          {"message", message},
                                          {"source_topic", request.parameter("topic")},
                                          {"door", "push"}}};
    intake_.append_or_refuse(dead_letter_topic_, std::span(&letter, 1),
                             {.door = Door::kPush,
                              .result = DoorResult::kDeadLetter,
                              .when_durable = kept_as_dead_letter(reason, message)},
                             answer);
  }

  Intake intake_;
  std::string dead_letter_topic_;
};

}  // namespace

void add_push(Router& router, const Intake& intake, const DoorOptions& options) {
  Route route(Access::kIngest);
  route.method = "POST";
  route.path = "/push/{topic}";
  route.summary = "Takes one message in the envelope of a Pub/Sub push subscription; 204 when it is durable";
  route.request_type = "application/json";
  route.inline_body_max = kInlineBodyMax;
  route.taker = [push = Push(intake, options.dead_letter_topic)](
                    const HttpRequest& request, const Answer& answer) { push.take(request, answer); };
  router.add(std::move(route));
}

}  // namespace millrace
