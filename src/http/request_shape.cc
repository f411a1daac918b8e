#include "http/request_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace millrace {
namespace {

constexpr std::size_t kHeadersMax = 100;
constexpr std::size_t kMethodSizeMax = 16;
constexpr std::size_t kUsualHeaders = 16;
constexpr std::size_t kLengthDigitsMax = 15;

using Parsed = std::expected<RequestHead, ShapeFault>;
using Checked = std::expected<void, ShapeFault>;

std::unexpected<ShapeFault> bad(std::string message) {
  return std::unexpected(ShapeFault{400, "bad_request", std::move(message)});
}

// RFC 9110, 5.6.2
bool is_token_character(char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// GET /path HTTP/1.1, with one blank between its parts.
Checked parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return bad("the request line is not: METHOD /path HTTP/1.1");
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method) || head.method.size() > kMethodSizeMax) return bad("the method is not a word");
  if (!head.target.starts_with('/')) return bad("the request target must be a path that starts with /");
  const bool visible =
      std::ranges::all_of(head.target, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (!visible) return bad("the request target holds a character that must be written as %XX");
  if (version == "HTTP/1.1" || version == "HTTP/1.0") {
    head.minor_version = version.back() - '0';
    return {};
  }
  return std::unexpected(ShapeFault{505, "http_version", "only HTTP/1.1 and HTTP/1.0 are spoken here"});
}

Checked parse_header_line(std::string_view line, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t') return bad("a header must not be folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header line has no colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name))
    return bad("a header name holds a character that no name has, or a blank before its colon");
  if (head.headers.size() == kHeadersMax) {
    return std::unexpected(
        ShapeFault{431, "too_many_headers", fmt::format("more than {} headers", kHeadersMax)});
  }
  head.headers.emplace_back(lower(name), trimmed(line.substr(colon + 1)));
  return {};
}

// The value of a header that may stand once; nothing when it does not stand at all.
std::expected<std::optional<std::string>, ShapeFault> single(const RequestHead& head, std::string_view name) {
  std::optional<std::string> value;
  for (const auto& [header, text] : head.headers) {
    if (header != name) continue;
    if (value.has_value()) return bad(fmt::format("the header {} stands twice", name));
    value = text;
  }
  return value;
}

Checked check_host(const RequestHead& head) {
  const auto host = single(head, "host");
  if (!host.has_value()) return std::unexpected(host.error());
  if (!host->has_value() || (*host)->empty()) return bad("the header Host is missing");
  return {};
}

Checked read_content_length(RequestHead& head) {
  const auto length = single(head, "content-length");
  if (!length.has_value()) return std::unexpected(length.error());
  if (!length->has_value()) return {};
  const std::string& digits = **length;
  const bool plain =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || digits.size() > kLengthDigitsMax) return bad("Content-Length is not a plain number");
  std::from_chars(digits.data(), digits.data() + digits.size(), head.content_length);
  if (head.chunked) return bad("Content-Length and Transfer-Encoding exclude each other");
  return {};
}

Checked read_transfer_encoding(RequestHead& head) {
  const auto encoding = single(head, "transfer-encoding");
  if (!encoding.has_value()) return std::unexpected(encoding.error());
  if (!encoding->has_value()) return {};
  if (lower(**encoding) != "chunked") return bad("Transfer-Encoding must be chunked and nothing else");
  if (head.minor_version != 1) return bad("HTTP/1.0 has no Transfer-Encoding");
  head.chunked = true;
  return {};
}

bool has_option(const std::string& value, std::string_view option) {
  std::string_view rest = value;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (lower(trimmed(rest.substr(0, comma))) == option) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

void read_connection(RequestHead& head) {
  bool close = false;
  bool keep = false;
  for (const auto& [name, value] : head.headers) {
    if (name != "connection") continue;
    close = close || has_option(value, "close");
    keep = keep || has_option(value, "keep-alive");
  }
  head.keep_alive = !close && (head.minor_version == 1 || keep);
}

Checked read_expectation(RequestHead& head) {
  const auto expectation = single(head, "expect");
  if (!expectation.has_value()) return std::unexpected(expectation.error());
  if (!expectation->has_value()) return {};
  if (lower(**expectation) != "100-continue") {
    return std::unexpected(ShapeFault{417, "expectation_failed", "only Expect: 100-continue is understood"});
  }
  head.expects_continue = head.minor_version == 1;
  return {};
}

Checked parse_lines(std::string_view head, RequestHead& parsed) {
  bool is_request_line = true;
  while (!head.starts_with("\r\n")) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return bad("the head of the request does not end with an empty line");
    const std::string_view line = head.substr(0, end);
    const Checked checked =
        is_request_line ? parse_request_line(line, parsed) : parse_header_line(line, parsed);
    if (!checked.has_value()) return checked;
    is_request_line = false;
    head.remove_prefix(end + 2);
  }
  return is_request_line ? Checked(bad("the request line is empty")) : Checked();
}

}  // namespace

// Lines end with CR LF and with nothing less; no other control character but the tab.
std::optional<ShapeFault> find_broken_byte(std::string_view part, std::size_t from) {
  for (std::size_t i = from; i < part.size(); ++i) {
    const auto c = static_cast<unsigned char>(part[i]);
    if ((c >= 0x20 && c != 0x7f) || c == '\t') continue;
    const bool ends_line = (c == '\r' && (i + 1 == part.size() || part[i + 1] == '\n')) ||
                           (c == '\n' && i > 0 && part[i - 1] == '\r');
    if (ends_line) continue;
    return ShapeFault{400, "bad_request",
                      fmt::format("the head of the request holds the byte 0x{:02x} at {}", c, i)};
  }
  return std::nullopt;
}

Parsed parse_request_head(std::string_view text) {
  RequestHead head;
  head.headers.reserve(kUsualHeaders);
  if (auto fault = find_broken_byte(text, 0)) return std::unexpected(std::move(*fault));
  if (const Checked lines = parse_lines(text, head); !lines.has_value())
    return std::unexpected(lines.error());
  for (const auto check : {read_transfer_encoding, read_content_length, read_expectation}) {
    if (const Checked checked = check(head); !checked.has_value()) return std::unexpected(checked.error());
  }
  if (const Checked host = check_host(head); !host.has_value()) return std::unexpected(host.error());
  read_connection(head);
  return head;
}

}  // namespace millrace
