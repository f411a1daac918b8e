#include "dashboard/tagged_json.h"

#include <utility>

namespace millrace {

HttpResponse tagged_json(const HttpRequest& request, const std::function<Result<std::string>()>& etag,
                         const std::function<Result<std::string>()>& json) {
  const auto tag = etag();
  if (!tag.has_value()) return error_response(tag.error());
  HttpResponse response;
  response.content_type = "application/json";
  response.cache_control = "private, no-cache";
  response.etag = "W/" + *tag;  // the same numbers, however they are compressed
  if (request.header("if-none-match") == response.etag) return response;  // on its way out it becomes a 304

  auto body = json();
  if (!body.has_value()) return error_response(body.error());
  response.body = std::move(*body);
  return response;
}

}  // namespace millrace
