#include "http/authentication.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/base64.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::string_view kHeader = "authorization";
constexpr std::string_view kParameter = "token";

// What follows the scheme, whose letters may be of any case.
std::optional<std::string_view> after_scheme(std::string_view value, std::string_view scheme) {
  const bool is_it = value.size() > scheme.size() && value[scheme.size()] == ' ' &&
                     std::ranges::equal(value.substr(0, scheme.size()), scheme,
                                        [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  if (!is_it) return std::nullopt;
  value.remove_prefix(scheme.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

// "" for credentials that hold no token.
std::string token_in_header(std::string_view value) {
  if (const auto token = after_scheme(value, "Bearer")) return std::string(*token);
  if (const auto basic = after_scheme(value, "Basic")) {
    const std::string pair = decode_base64(*basic).value_or("");
    const std::size_t colon = pair.find(':');
    if (colon != std::string::npos) return pair.substr(colon + 1);
  }
  return "";
}

// Takes the token out of the request; nothing when there is none.
std::optional<std::string> take_token(Access access, HttpRequest& request) {
  std::optional<std::string> token;
  if (access.kind() == Access::kIngest) {
    if (const auto parameter = request.query_value(kParameter)) token = std::string(*parameter);
    std::erase_if(request.query, [](const NamedText& each) { return each.first == kParameter; });
    if (token) return token;
  }
  const auto header = request.header(kHeader);
  if (!header) return std::nullopt;
  token = token_in_header(*header);
  std::erase_if(request.headers, [](const NamedText& each) { return each.first == kHeader; });
  return token;
}

HttpResponse ask_for_token(Access access, std::string_view message) {
  HttpResponse response = error_response(401, "unauthorized", message);
  // A browser asks its user for Basic. Visitors of a shop must never be asked for the token of its events.
  if (access.kind() != Access::kIngest)
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Millrace\", charset=\"UTF-8\"");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Millrace\"");
  return response;
}

}  // namespace

bool FailedLogins::note(const std::string& address, Time now) {
  const std::lock_guard lock(mutex_);
  // Who can use so many addresses gains nothing by being forgotten.
  if (counts_.size() >= kFailedLoginAddressesMax && !counts_.contains(address)) counts_.clear();
  Count& count = counts_.try_emplace(address, Count{0, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - count.at).count();
  count.failures = std::max(0.0, count.failures - seconds / static_cast<double>(kFailedLoginSeconds));
  count.at = now;
  if (count.failures + 1 > static_cast<double>(kFailedLoginsMax)) return false;
  ++count.failures;
  return true;
}

std::optional<HttpResponse> Authentication::refuse(Access access, HttpRequest& request) {
  const std::optional<std::string> token = take_token(access, request);
  if (access.kind() == Access::kPublic || (open_without_ && tokens_.empty())) return std::nullopt;
  if (!token) return ask_for_token(access, "a token is needed: send it as Authorization: Bearer TOKEN");
  request.identity = tokens_.find(*token);
  if (!request.identity) return refuse_unknown(access, request.remote_address);
  if (access.allows(request.identity->role)) return std::nullopt;
  return error_response(403, "forbidden",
                        fmt::format("a token with the role {} may not do this: it needs the access {}",
                                    name(request.identity->role), name(access)));
}

HttpResponse Authentication::refuse_unknown(Access access, const std::string& address) {
  if (failed_.note(address, std::chrono::steady_clock::now()))
    return ask_for_token(access, "nobody has this token: it was mistyped, or revoked");
  HttpResponse response = error_response(
      429, "too_many_failures", "too many wrong tokens came from this address: wait, and check yours");
  response.headers.emplace_back("Retry-After", fmt::format("{}", kFailedLoginSeconds));
  return response;
}

}  // namespace millrace
