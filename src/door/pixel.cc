#include "door/pixel.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "base/json_string.h"

namespace millrace {
namespace {

// GIF89a, 1 × 1, its one colour transparent.
constexpr auto kPixel = std::to_array<char>(
    {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, '\x80', 0, 0, 0, 0, 0, '\xFF', '\xFF', '\xFF', '!', '\xF9', 4,
     1,   0,   0,   0,   0,   ',', 0, 0, 0, 0, 1,      0, 1, 0, 0, 2, 2,      'D',    1,      0,   ';'});
static_assert(kPixel.size() == 43);

// A visit names its place; one that nobody knows has this one, in the sea.
constexpr std::string_view kUnknownPlace = "0,0";

class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::optional<std::string_view> value) {
    return value ? json(name, json_quoted(*value)) : *this;
  }
  JsonObject& json(std::string_view name, std::string_view value) {
    members_.append(members_.empty() ? "" : ",").append(json_quoted(name)).append(":").append(value);
    return *this;
  }
  std::string take() { return "{" + std::exchange(members_, {}) + "}"; }

 private:
  std::string members_;
};

bool holds(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return !std::ranges::search(text, word, same).empty();
}

// Do Not Track, and its successor, Global Privacy Control.
bool opts_out(const HttpRequest& request) {
  return request.header("dnt") == "1" || request.header("sec-gpc") == "1";
}

HttpResponse pixel() {
  HttpResponse response;
  response.content_type = "image/gif";
  response.static_body = std::string_view(kPixel.data(), kPixel.size());
  return response;
}

}  // namespace

std::string_view device_type_of(std::string_view user_agent) {
  const bool is_mobile = holds(user_agent, "mobi") || holds(user_agent, "iphone");
  const bool is_android = holds(user_agent, "android");
  if (holds(user_agent, "ipad") || holds(user_agent, "tablet") || (is_android && !is_mobile)) return "tablet";
  return is_mobile ? "mobile" : "desktop";
}

std::string pixel_visit(const HttpRequest& request, Timestamp now) {
  const auto asked = [&](std::string_view name) { return request.query_value(name); };
  const auto page = asked("page_url");
  const std::string details = JsonObject()
                                  .text("page_url", page ? page : request.header("referer"))
                                  .text("referrer_url", asked("referrer_url"))
                                  .take();
  const std::string event = JsonObject()
                                .text("event_type", "page_view")
                                .text("timestamp", format_timestamp(now))
                                .json("details", details)
                                .take();
  const auto user_agent = request.header("user-agent");
  const auto session = asked("session_id");
  const auto user = asked("user_id");
  return JsonObject()
      .text("session_id", session)
      .text("user_id", user ? user : session)
      .text("device_type", asked("device_type").value_or(device_type_of(user_agent.value_or(""))))
      .text("geolocation", asked("geolocation").value_or(kUnknownPlace))
      .text("user_agent", user_agent)
      .json("events", "[" + event + "]")
      .take();
}

void add_pixel(Router& router, const Intake& intake, const DoorOptions& options) {
  Route route(Access::kIngest);
  route.method = "GET";
  route.path = "/v1/pixel.gif";
  route.summary = "Takes a page view of a page without script; an image, when it is durable";
  route.query = {{"session_id", "Of the visit; needed", {}},
                 {"user_id", "The session's when absent", {}},
                 {"page_url", "What was seen; the Referer of the request when absent", {}},
                 {"referrer_url", "Where the visitor came from", {}},
                 {"device_type", "From the User-Agent when absent", {"desktop", "mobile", "tablet"}},
                 {"geolocation", "Latitude and longitude, such as 48.85,2.35", {}},
                 {"topic", "Where it goes; " + options.default_topic + " when absent", {}}};
  route.any_query = true;  // a number against caches often stands there, too
  route.response_types = {"image/gif"};
  route.cross_site = true;
  route.taker = [intake, topic = options.default_topic](const HttpRequest& request, const Answer& answer) {
    if (opts_out(request)) {
      intake.metrics().count(Door::kPixel, DoorResult::kOptedOut, 0, 0);
      return answer(pixel());
    }
    if (request.method == "HEAD") return answer(pixel());
    const std::string visit = pixel_visit(request, intake.now());
    const NewRecord record{.key = "", .payload = visit};
    intake.append_or_refuse(request.query_value("topic").value_or(topic), std::span(&record, 1),
                            {.door = Door::kPixel, .when_durable = pixel()}, answer);
  };
  router.add(std::move(route));
}

}  // namespace millrace
