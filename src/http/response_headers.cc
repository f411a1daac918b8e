#include "http/response_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include "base/check.h"
#include "http/gzip.h"

namespace millrace {
namespace {

constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

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

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  // A line break would let a value add headers of its own.
  MILLRACE_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
}

}  // namespace

void apply_request_conditions(const HttpRequest& request, HttpResponse& response) {
  if (response.static_gzip_body.data() != nullptr || is_worth_compressing(response)) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (accepts_gzip(request)) compress(response);
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads || response.status != 200 || response.etag.empty()) return;
  if (!names_etag(request.header("if-none-match").value_or(""), response.etag)) return;
  response.status = 304;
  response.body.clear();
  response.static_body = "";
}

void add_security_headers(HttpResponse& response) {
  response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

std::string response_head(const HttpResponse& response, bool close) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  append_header(head, "Date", http_date());
  const bool has_content = response.status != 304 && response.status != 204;
  if (has_content) {
    append_header(head, "Content-Length", std::to_string(response.content().size()));
    if (!response.content_type.empty()) append_header(head, "Content-Type", response.content_type);
  }
  if (!response.etag.empty()) append_header(head, "ETag", response.etag);
  append_header(head, "Cache-Control", response.cache_control.empty() ? "no-store" : response.cache_control);
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  if (close) append_header(head, "Connection", "close");
  return head + "\r\n";
}

}  // namespace millrace
