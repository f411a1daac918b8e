#include "simulate/transaction_stream.h"

#include <numeric>

namespace millrace {

TransactionStream::TransactionStream(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      sales_(world, std::move(times)),
      beginning_(R"({"event_id": ")" + world.event_id_beginning("TRX")),
      units_(world.options().products) {}

bool TransactionStream::next(std::string& out) {
  const auto sale = sales_.next();
  if (!sale) return false;
  units_[sale->product][sale->store] += sale->units;
  out += beginning_;
  append_number(out, sales_.clock().count());
  out += R"(", "event_time": ")";
  time_text_.append(sale->at, out);
  out += R"(", "product_id": ")";
  world_.append_product_id(sale->product, out);
  out += R"(", "store_id": ")";
  world_.append_store_id(sale->store, out);
  out += R"(", "qty": )";
  append_number(out, sale->units);
  out += "}\n";
  return true;
}

void TransactionStream::tell(TruthObject& truth) const {
  TruthObject by_product;
  TruthObject by_store;
  std::uint64_t total = 0;
  std::string id;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    const std::uint64_t units = std::accumulate(units_[i].begin(), units_[i].end(), std::uint64_t{0});
    if (units == 0) continue;
    total += units;
    id.clear();
    world_.append_product_id(i, id);
    by_product.add(id, units);
    TruthObject stores;
    for (std::uint32_t store = 0; store < kStoreCount; ++store) {
      if (units_[i][store] == 0) continue;
      std::string store_id;
      world_.append_store_id(store, store_id);
      stores.add(store_id, units_[i][store]);
    }
    by_store.add(id, stores);
  }
  truth.add("units", total);
  truth.add("units_by_product", by_product);
  truth.add("units_by_product_and_store", by_store);
  sales_.clock().tell(truth);
}

}  // namespace millrace
