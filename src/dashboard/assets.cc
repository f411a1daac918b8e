#include "dashboard/assets.h"

#include <array>
#include <string>
#include <string_view>

namespace millrace {
namespace {

// Addresses at which the page opens on one of its screens.
constexpr auto kScreens = std::to_array<std::string_view>({"/", "/health"});

HttpResponse asset_response(const EmbeddedAsset& asset) {
  HttpResponse response;
  response.content_type = asset.content_type;
  response.static_body = asset.bytes;
  response.static_gzip_body = asset.gzip_bytes;
  response.etag = asset.etag;
  response.cache_control = asset.is_hashed ? "public, max-age=31536000, immutable" : "no-cache";
  return response;
}

void add_asset_route(Router& router, std::string path, const EmbeddedAsset& asset) {
  Route route(Access::kRead);
  route.method = "GET";
  route.path = std::move(path);
  route.summary = "A part of the page";
  route.response_types = {std::string(asset.content_type)};
  // The page's own address carries what it shows; the server has no need to understand it.
  route.any_query = true;
  route.handler = [&asset](const HttpRequest&) { return asset_response(asset); };
  router.add(std::move(route));
}

}  // namespace

void add_asset_routes(Router& router, std::span<const EmbeddedAsset> assets) {
  for (const EmbeddedAsset& asset : assets) {
    add_asset_route(router, "/" + std::string(asset.name), asset);
    if (asset.name != "index.html") continue;
    for (const std::string_view screen : kScreens) add_asset_route(router, std::string(screen), asset);
  }
}

}  // namespace millrace
