// Serves the files of the page.
#pragma once

#include <span>

#include "dashboard/embedded_asset.h"
#include "http/router.h"

namespace millrace {

// Each file at its name, and index.html at the address of each screen as well. A file whose name carries a
// hash of its content may be kept for ever; the others are asked for again each time, and answered 304 when
// they are the same. `assets` must outlive the router.
void add_asset_routes(Router& router, std::span<const EmbeddedAsset> assets);

}  // namespace millrace
