// The simulated shop as it lives: asked what has happened until now, it makes the records of all its shapes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulate/live_times.h"
#include "simulate/spoiler.h"
#include "simulate/world.h"

namespace millrace {

// Those whose records can stand alone, as a message: rows of ecom_events cannot, without their header line.
inline constexpr auto kLiveShapes =
    std::to_array<Shape>({Shape::kVisits, Shape::kClicks, Shape::kTransactions, Shape::kStock, Shape::kOrders,
                          Shape::kCatalogChanges});

struct LiveShopOptions {
  std::vector<Shape> shapes = {Shape::kVisits};  // of kLiveShapes, each once
  std::uint64_t seed = 1;
  Timestamp start;                      // now
  std::uint64_t visits_per_minute = 0;  // the other shapes follow
  std::vector<Burst> bursts;
  std::optional<std::uint32_t> users;
  std::uint32_t products = 1'000;
  SpoilOptions spoil;
};

// kInvalidArgument, with the way to mend it.
Status check(const LiveShopOptions& options);

// Event times are the times at which things happen, as the rate has them; what the catalog was at the start
// comes first. Sound records come at exactly the rate asked, spoiled ones and copies beside them; a late one
// comes at its time, or with the end. Not thread-safe.
class LiveShop {
 public:
  using Put = std::function<Status(Shape shape, std::string_view line)>;

  explicit LiveShop(const LiveShopOptions& options);  // that check() accepts

  // When the next record is due; nothing when none will ever be.
  std::optional<Timestamp> due() const;

  // Makes what has happened before `time`, in order, and gives each line, with its newline, to `put`; stops
  // with the first error.
  Status advance(Timestamp time, const Put& put);

  // What would have happened from the last advance() until `time` does not. Returns how many records that is,
  // of the stock how many sales.
  std::uint64_t skip_until(Timestamp time);

  // Gives what is held back. Nothing happens any more.
  Status end(const Put& put);

  const World& world() const { return world_; }
  TruthObject truth() const;  // of all lines that were given, by shape

 private:
  struct Lane {
    Shape shape;
    LiveTimes* times = nullptr;  // owned by the stream; null for catalog changes, which have their own
    std::unique_ptr<Spoiler> records = nullptr;
  };

  Lane open(Shape shape, const LiveShopOptions& options) const;
  Lane* first_due(Timestamp before);
  Status give_next(Lane& lane, const Put& put);

  World world_;
  std::vector<Lane> lanes_;
  std::string line_;
};

}  // namespace millrace
