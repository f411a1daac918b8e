#include "door/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "door/record_splitter.h"
#include "door/record_trial.h"

namespace millrace {
namespace {

// Larger bodies are cut on a thread that holds up no connection.
constexpr std::size_t kInlineBodyMax = 16 << 10;

constexpr auto kLineTypes = std::to_array<std::string_view>(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl",
     "application/jsonlines", "application/json-lines"});

// `application/json` of `Application/JSON; charset=utf-8`.
std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

// Nothing for a type that is no JSON. A page that must not ask first (CORS) can send text/plain only.
std::optional<BodyForm> body_form(std::string_view type) {
  if (std::ranges::find(kLineTypes, type) != kLineTypes.end()) return BodyForm::kLines;
  const bool is_json = type == "application/json" || type == "text/json" || type.ends_with("+json");
  if (is_json || type == "text/plain" || type.empty()) return BodyForm::kAny;
  return std::nullopt;
}

HttpResponse unknown_type(std::string_view type) {
  return error_response(
      415, "unsupported_media_type",
      fmt::format("events are application/json, application/x-ndjson or text/plain, not {}: "
                  "name one of them as Content-Type",
                  type));
}

HttpResponse split_refusal(const SplitFault& fault) {
  switch (fault.kind) {
    case SplitFault::Kind::kEmpty:
      return error_response(400, "empty_body", fault.message);
    case SplitFault::Kind::kBroken:
      return error_response(400, "broken_body", fault.message);
    case SplitFault::Kind::kTooManyRecords:
      return error_response(413, "too_many_events", fault.message);
    case SplitFault::Kind::kRecordTooLarge:
      return error_response(413, "event_too_large", fault.message);
    case SplitFault::Kind::kTooDeep:
      return error_response(413, "event_too_deep", fault.message);
  }
  std::unreachable();
}

class Collect {
 public:
  Collect(const Intake& intake, const DoorOptions& options)
      : intake_(intake),
        default_topic_(options.default_topic),
        limits_{.records_max = options.events_max, .record_size_max = options.event_size_max} {}

  void take(const HttpRequest& request, const Answer& answer) const {
    const auto refuse = [&](HttpResponse response) {
      intake_.refuse(Door::kCollect, 0, request.body.size(), std::move(response), answer);
    };
    const std::string type = media_type(request.header("content-type").value_or(""));
    const auto form = body_form(type);
    if (!form) return refuse(unknown_type(type));
    const auto records = split_records(request.body, *form, limits_);
    if (!records) return refuse(split_refusal(records.error()));

    const std::string_view topic = request.query_value("topic").value_or(default_topic_);
    HttpResponse accepted = acceptance(request, topic, *records);
    if (records->empty()) return answer(std::move(accepted));
    std::vector<NewRecord> appended;
    appended.reserve(records->size());
    const std::string_view key = request.query_value("key").value_or("");
    for (const std::string_view record : *records) appended.push_back({.key = key, .payload = record});
    intake_.append_or_refuse(topic, appended, {.door = Door::kCollect, .when_durable = std::move(accepted)},
                             answer);
  }

 private:
  HttpResponse acceptance(const HttpRequest& request, std::string_view topic,
                          const std::vector<std::string_view>& records) const {
    HttpResponse response;
    response.status = 202;
    response.content_type = "application/json";
    response.body = fmt::format(R"({{"accepted":{})", records.size());
    if (request.query_value("verbose") == "1") {
      response.body += R"(,"note":"all are stored; the verdicts are those of a trial run",)" +
                       trial_members(topic, records, intake_.now());
    }
    response.body += "}\n";
    return response;
  }

  Intake intake_;
  std::string default_topic_;
  SplitLimits limits_;
};

}  // namespace

void add_collect(Router& router, const Intake& intake, const DoorOptions& options) {
  Route route(Access::kIngest);
  route.method = "POST";
  route.path = "/v1/collect";
  route.summary = "Takes events: one object, a list, or one a line; answers when they are durable";
  route.query = {{"topic", "Where they go; " + options.default_topic + " when absent", {}},
                 {"key", "Events with the same key keep their order", {}},
                 {"verbose", "Tell of each event whether it will be refused, and why", {"0", "1"}}};
  route.request_type = "application/json";
  route.cross_site = true;
  route.inline_body_max = kInlineBodyMax;
  route.taker = [collect = Collect(intake, options)](const HttpRequest& request, const Answer& answer) {
    collect.take(request, answer);
  };
  router.add(std::move(route));
}

}  // namespace millrace
