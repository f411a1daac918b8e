// Stock: what a warehouse has of a product falls with each sale of the stores that it serves, and rises with
// deliveries. It is never below zero, and all deltas from the start add up to it.
#pragma once

#include <array>
#include <vector>

#include "simulate/line_text.h"
#include "simulate/record_stream.h"
#include "simulate/sales.h"

namespace millrace {

struct StockDelta {
  std::uint32_t product = 0;
  std::uint32_t warehouse = 0;
  std::int32_t units = 0;
};

// The levels. Not thread-safe.
class StockKeeper {
 public:
  static constexpr std::int32_t kDeliveryUnits = 200;
  static constexpr std::int32_t kLevelMin = 20;  // below it a delivery comes

  explicit StockKeeper(std::uint32_t products) : levels_(products) {}

  // What a sale sets in motion, in order: before the first from a warehouse a delivery, then the sale, then a
  // delivery if few are left. At most three.
  void sell(const Sale& sale, std::vector<StockDelta>& deltas);

  std::int32_t level(std::uint32_t product, std::uint32_t warehouse) const {
    return levels_[product][warehouse];
  }

 private:
  void change(StockDelta delta, std::vector<StockDelta>& deltas);

  std::vector<std::array<std::int32_t, kWarehouseCount>> levels_;
};
static_assert(StockKeeper::kLevelMin >= static_cast<std::int32_t>(Sales::kUnitsMax));

class StockStream final : public RecordStream {
 public:
  StockStream(const World& world, std::unique_ptr<EventTimes> times);  // of the sales

  bool next(std::string& out) override;
  Timestamp time() const override { return sales_.clock().now(); }
  std::optional<Timestamp> due() const override;
  void tell(TruthObject& truth) const override;

 private:
  const World& world_;
  Sales sales_;
  StockKeeper keeper_;
  std::vector<StockDelta> deltas_;  // of the last sale
  std::size_t written_of_sale_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t units_delivered_ = 0;
  std::uint64_t units_sold_ = 0;
  TimeText time_text_{TimeText::Form::kMicroseconds};
  std::string beginning_;
};

}  // namespace millrace
