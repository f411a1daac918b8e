#include "http/response_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/check.h"
#include "http/gzip.h"

namespace millrace {
namespace {

constexpr std::string_view kSecurityHeaders =
    "Content-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";
constexpr std::string_view kForThisSite = "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view kForEverySite =
    "Cross-Origin-Resource-Policy: cross-origin\r\nAccess-Control-Allow-Origin: *\r\n";

constexpr std::size_t kGzipSizeMin = 1 << 10;
constexpr std::size_t kGzipSizeMax = 4 << 20;

// gzip, or gzip;q=0.5, but not gzip;q=0.
bool accepts_gzip(const HttpRequest& request) {
  std::string_view rest = request.header("accept-encoding").value_or("");
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view coding = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (coding.starts_with(' ')) coding.remove_prefix(1);
    if (!coding.starts_with("gzip")) continue;
    const std::string_view weight = coding.substr(4);
    if (weight.empty()) return true;
    if (weight.front() == ';' || weight.front() == ' ')
      return weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

// RFC 9110, 13.1.2: a list of tags, weak or not, or a star.
bool names_etag(std::string_view list, std::string_view etag) {
  return list == "*" || (!etag.empty() && list.find(etag) != std::string_view::npos);
}

// Small answers gain nothing; larger ones would hold up their thread.
bool is_worth_compressing(const HttpResponse& response) {
  const bool is_text =
      response.content_type.starts_with("application/") || response.content_type.starts_with("text/");
  return is_text && response.body.size() >= kGzipSizeMin && response.body.size() <= kGzipSizeMax;
}

void compress(HttpResponse& response) {
  if (response.static_gzip_body.data() != nullptr) {
    response.static_body = response.static_gzip_body;
  } else {
    response.body = gzip(response.body);
  }
  response.headers.emplace_back("Content-Encoding", "gzip");
  // Two forms of one thing have two strong tags, and share a weak one.
  if (response.etag.starts_with('"')) response.etag.insert(response.etag.size() - 1, "-gzip");
}

// Made anew once a second.
std::string_view http_date() {
  struct Cached {
    std::time_t time = -1;
    std::array<char, 40> text{};
    std::size_t size = 0;
  };
  thread_local Cached cached;
  const std::time_t now = std::time(nullptr);
  if (now != cached.time) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    cached.time = now;
    cached.size = std::strftime(cached.text.data(), cached.text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {cached.text.data(), cached.size};
}

void append_number(std::string& out, std::size_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  // A line break would let a value add headers of its own.
  MILLRACE_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

RequestConditions conditions_of(const HttpRequest& request) {
  return {.reads = request.method == "GET" || request.method == "HEAD",
          .accepts_gzip = accepts_gzip(request),
          .if_none_match = std::string(request.header("if-none-match").value_or(""))};
}

void apply_conditions(const RequestConditions& conditions, HttpResponse& response) {
  if (response.static_gzip_body.data() != nullptr || is_worth_compressing(response)) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (conditions.accepts_gzip) compress(response);
  }
  if (!conditions.reads || response.status != 200 || response.etag.empty()) return;
  if (!names_etag(conditions.if_none_match, response.etag)) return;
  response.status = 304;
  response.body.clear();
  response.static_body = "";
}

void append_response_head(std::string& out, const HttpResponse& response, bool close) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  append_header(out, "Date", http_date());
  const bool has_content = response.status != 304 && response.status != 204;
  if (has_content) {
    out.append("Content-Length: ");
    append_number(out, response.content().size());
    out.append("\r\n");
    if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
  }
  if (!response.etag.empty()) append_header(out, "ETag", response.etag);
  append_header(out, "Cache-Control", response.cache_control.empty() ? "no-store" : response.cache_control);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  out.append(kSecurityHeaders).append(response.cross_site ? kForEverySite : kForThisSite);
  if (close) out.append("Connection: close\r\n");
  out.append("\r\n");
}

}  // namespace millrace
