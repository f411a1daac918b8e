#include "http/http_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_string.h"

namespace millrace {
namespace {

std::optional<std::string_view> find(const std::vector<NamedText>& texts, std::string_view name) {
  const auto found = std::ranges::find(texts, name, &NamedText::first);
  if (found == texts.end()) return std::nullopt;
  return found->second;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kCancelled:
      return 503;
    case ErrorCode::kNoSpace:
      return 507;
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      break;
  }
  return 500;
}

}  // namespace

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
  return find(headers, name);
}

std::optional<std::string_view> HttpRequest::query_value(std::string_view name) const {
  return find(query, name);
}

std::string_view HttpRequest::parameter(std::string_view name) const {
  return find(parameters, name).value_or("");
}

HttpResponse error_response(int status, std::string_view code, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body =
      fmt::format(R"({{"error":{{"code":{},"message":{}}}}})", json_quoted(code), json_quoted(message)) +
      "\n";
  return response;
}

HttpResponse error_response(const Error& error) {
  return error_response(status_of(error.code), name(error.code), error.message);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 507:
      return "Insufficient Storage";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

}  // namespace millrace
