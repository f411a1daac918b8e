// Compressed bodies of requests, decoded under budgets: a few bytes may stand for very many.
#pragma once

#include <optional>

#include "http/http_message.h"

namespace millrace {

// 415 for an encoding that is not gzip or zstd, and for more than one. Nothing for a body that decode_body()
// can look at.
std::optional<HttpResponse> refuse_encoding(const HttpRequest& request);

bool has_encoded_body(const HttpRequest& request);

// Puts the plain body in the place of the compressed one, and takes the header away. 413 as soon as it grows
// beyond kInflatedBodyMax, or beyond kInflationRatioMax times what came; 400 when it is broken or cut off.
std::optional<HttpResponse> decode_body(HttpRequest& request);

}  // namespace millrace
