// Answers that a client may hold, and ask whether they have changed.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "http/http_message.h"

namespace millrace {

// Asks for the tag first: an answer may then be newer than its tag, never older. A client that has the tag
// costs no more than that.
HttpResponse tagged_json(const HttpRequest& request, const std::function<Result<std::string>()>& etag,
                         const std::function<Result<std::string>()>& json);

}  // namespace millrace
