#include "http/host_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {
namespace {

bool is_wildcard(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

bool writes(const HttpRequest& request) {
  return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

// Origin is `http://host:port`; it must be the very host and port that the request was sent to.
bool is_same_origin(std::string_view origin, std::string_view host) {
  const std::size_t scheme_end = origin.find("://");
  return scheme_end != std::string_view::npos && lower(origin.substr(scheme_end + 3)) == lower(host);
}

}  // namespace

HostCheck::HostCheck(std::string_view address, std::vector<std::string> names) : names_(std::move(names)) {
  for (std::string& name : names_) name = lower(name);
  if (!is_loopback_address(address) && names_.empty()) return;
  for (const std::string_view ours : {"localhost", "127.0.0.1", "::1"}) names_.emplace_back(ours);
  if (!is_wildcard(address)) names_.push_back(lower(address));
}

bool HostCheck::is_ours(std::string_view host) const {
  return names_.empty() || std::ranges::find(names_, host_name(host)) != names_.end();
}

std::optional<HttpResponse> HostCheck::refuse_host(const HttpRequest& request) const {
  const std::string_view host = request.header("host").value_or("");
  if (!is_ours(host)) {
    return error_response(
        421, "unknown_host",
        fmt::format("this server is not {}: use http://localhost, or configure the name it has",
                    host_name(host)));
  }
  return std::nullopt;
}

std::optional<HttpResponse> HostCheck::refuse_origin(const HttpRequest& request) const {
  const std::string_view host = request.header("host").value_or("");
  const auto origin = request.header("origin");
  if (writes(request) && origin.has_value() && !is_same_origin(*origin, host)) {
    return error_response(403, "cross_origin", "a page of another site must not send this request");
  }
  return std::nullopt;
}

std::string host_name(std::string_view authority) {
  if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
  return lower(authority.substr(0, authority.find(':')));
}

bool is_loopback_address(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace millrace
