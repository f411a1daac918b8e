#include "simulate/stock_stream.h"

namespace millrace {

void StockKeeper::sell(const Sale& sale, std::vector<StockDelta>& deltas) {
  const std::uint32_t warehouse = warehouse_of_store(sale.store);
  const auto units = static_cast<std::int32_t>(sale.units);
  if (level(sale.product, warehouse) < units) change({sale.product, warehouse, kDeliveryUnits}, deltas);
  change({sale.product, warehouse, -units}, deltas);
  if (level(sale.product, warehouse) < kLevelMin) change({sale.product, warehouse, kDeliveryUnits}, deltas);
}

void StockKeeper::change(StockDelta delta, std::vector<StockDelta>& deltas) {
  levels_[delta.product][delta.warehouse] += delta.units;
  deltas.push_back(delta);
}

StockStream::StockStream(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      sales_(world, std::move(times)),
      keeper_(world.options().products),
      beginning_(R"({"event_id": ")" + world.event_id_beginning("STK")) {}

bool StockStream::next(std::string& out) {
  if (written_of_sale_ == deltas_.size()) {
    const auto sale = sales_.next();
    if (!sale) return false;
    deltas_.clear();
    written_of_sale_ = 0;
    keeper_.sell(*sale, deltas_);
  }
  const StockDelta& delta = deltas_[written_of_sale_++];
  if (delta.units > 0) {
    ++deliveries_;
    units_delivered_ += static_cast<std::uint64_t>(delta.units);
  } else {
    units_sold_ += static_cast<std::uint64_t>(-delta.units);
  }
  out += beginning_;
  append_number(out, ++count_);
  out += R"(", "event_time": ")";
  time_text_.append(sales_.clock().now(), out);
  out += R"(", "product_id": ")";
  world_.append_product_id(delta.product, out);
  out += R"(", "warehouse_id": ")";
  world_.append_warehouse_id(delta.warehouse, out);
  out += R"(", "delta": )";
  append_signed_number(out, delta.units);
  out += "}\n";
  return true;
}

std::optional<Timestamp> StockStream::due() const {
  if (written_of_sale_ < deltas_.size()) return time();
  return sales_.clock().due();
}

void StockStream::tell(TruthObject& truth) const {
  truth.add("deliveries", deliveries_);
  truth.add("units_delivered", units_delivered_);
  truth.add("units_sold", units_sold_);
  TruthObject by_product;
  TruthObject by_warehouse;
  std::string id;
  for (std::uint32_t product = 0; product < world_.options().products; ++product) {
    TruthObject warehouses;
    std::int64_t level = 0;
    for (std::uint32_t warehouse = 0; warehouse < kWarehouseCount; ++warehouse) {
      if (keeper_.level(product, warehouse) == 0) continue;  // never had any
      level += keeper_.level(product, warehouse);
      std::string warehouse_id;
      world_.append_warehouse_id(warehouse, warehouse_id);
      warehouses.add_signed(warehouse_id, keeper_.level(product, warehouse));
    }
    if (level == 0) continue;
    id.clear();
    world_.append_product_id(product, id);
    by_product.add_signed(id, level);
    by_warehouse.add(id, warehouses);
  }
  truth.add("levels_by_product", by_product);
  truth.add("levels_by_product_and_warehouse", by_warehouse);
  sales_.clock().tell(truth);
}

}  // namespace millrace
