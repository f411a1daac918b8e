#include "http/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/json_string.h"

namespace millrace {
namespace {

std::string join(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string text_schema(const std::vector<std::string>& values) {
  if (values.empty()) return R"({"type":"string"})";
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(json_quoted(value));
  return fmt::format(R"({{"type":"string","enum":[{}]}})", join(quoted));
}

std::vector<std::string> placeholders(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t open = path.find('{');
    if (open == std::string_view::npos) return names;
    const std::size_t close = path.find('}', open);
    names.emplace_back(path.substr(open + 1, close - open - 1));
    path.remove_prefix(close);
  }
}

std::string parameters_json(const Route& route) {
  std::vector<std::string> parameters;
  for (const std::string& name : placeholders(route.path)) {
    parameters.push_back(fmt::format(
        R"({{"name":{},"in":"path","required":true,"schema":{{"type":"string"}}}})", json_quoted(name)));
  }
  for (const RouteParameter& parameter : route.query) {
    parameters.push_back(fmt::format(R"({{"name":{},"in":"query","description":{},"schema":{}}})",
                                     json_quoted(parameter.name), json_quoted(parameter.description),
                                     text_schema(parameter.values)));
  }
  return join(parameters);
}

std::string content_json(const std::vector<std::string>& types) {
  std::vector<std::string> content;
  for (const std::string& type : types) content.push_back(json_quoted(type) + ":{}");
  return join(content);
}

// The ways to bring a token, each with the roles that may; none for a route that is open to all.
std::string security_json(const Route& route) {
  std::vector<std::string> roles;
  for (const Role role : {Role::kIngest, Role::kViewer, Role::kAdmin}) {
    if (route.access.allows(role)) roles.push_back(json_quoted(name(role)));
  }
  std::vector<std::string> ways;
  if (route.access.kind() != Access::kPublic) ways = {"bearer", "basic"};
  if (route.access.kind() == Access::kIngest) ways.emplace_back("token");
  for (std::string& way : ways) way = fmt::format(R"({{"{}":[{}]}})", way, join(roles));
  return join(ways);
}

std::string operation_json(const Route& route) {
  const std::string body = route.request_type.empty()
                               ? ""
                               : fmt::format(R"("requestBody":{{"required":true,"content":{{{}}}}},)",
                                             content_json({route.request_type}));
  return fmt::format(
      R"({{"summary":{},"security":[{}],"parameters":[{}],{}"responses":{{"200":{{"description":"OK","content":{{{}}}}},)"
      R"("default":{{"description":"Refused or failed","content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/Error"}}}}}}}}}}}})",
      json_quoted(route.summary), security_json(route), parameters_json(route), body,
      content_json(route.response_types));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

constexpr std::string_view kErrorSchema =
    R"({"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],)"
    R"("properties":{"code":{"type":"string"},"message":{"type":"string"}}}}})";

constexpr std::string_view kSecuritySchemes =
    R"({"bearer":{"type":"http","scheme":"bearer","description":"A token; none is needed while there is none"},)"
    R"("basic":{"type":"http","scheme":"basic","description":"The password is a token, the user any name"},)"
    R"("token":{"type":"apiKey","in":"query","name":"token"}})";

}  // namespace

std::string openapi_document(std::span<const Route> routes, std::string_view version) {
  std::map<std::string, std::vector<std::string>> paths;
  for (const Route& route : routes) {
    paths[route.path].push_back(json_quoted(lower(route.method)) + ":" + operation_json(route));
  }
  std::vector<std::string> entries;
  for (const auto& [path, operations] : paths) {
    entries.push_back(fmt::format("{}:{{{}}}", json_quoted(path), join(operations)));
  }
  return fmt::format(
      R"({{"openapi":"3.1.0","info":{{"title":"Millrace","version":{}}},"paths":{{{}}},"components":{{"schemas":{{"Error":{}}},"securitySchemes":{}}}}})",
      json_quoted(version), join(entries), kErrorSchema, kSecuritySchemes);
}

}  // namespace millrace
