// The files of the page, and the tracker, made part of the program by tools/embed_assets.mjs when it is built.
#pragma once

#include <span>
#include <string_view>

namespace millrace {

// Everything lives as long as the program.
struct EmbeddedAsset {
  std::string_view name;  // without a slash
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  bool is_hashed;         // the name changes with the content
  std::string_view bytes;
  std::string_view gzip_bytes;
};

// The page's, sorted by name.
std::span<const EmbeddedAsset> embedded_assets();

// The script that shops' pages load; web/src/tracker/.
const EmbeddedAsset& embedded_tracker();

}  // namespace millrace
