#include "simulate/catalog_change_stream.h"

#include <numeric>

namespace millrace {

CatalogChangeStream::CatalogChangeStream(const World& world)
    : world_(world), timeline_(world.catalog_timeline()) {}

bool CatalogChangeStream::next(std::string& out) {
  const auto change = timeline_.next();
  if (!change) return false;
  if (changes_ == decltype(changes_){}) first_ = change->at;
  last_ = change->at;
  ++changes_[static_cast<std::size_t>(change->kind)];
  const CatalogProduct& product = timeline_.catalog()[change->product];
  out += R"({"changed_at": ")";
  time_text_.append(change->at, out);
  out += R"(", "item_sku": ")";
  world_.append_product_id(change->product, out);
  out += R"(", "vendor_id": ")";
  world_.append_vendor_id(product.vendor, out);
  out += R"(", "change": ")";
  out += name(change->kind);
  out += R"(", "item_name": ")";
  timeline_.catalog().append_name(change->product, out);
  out += R"(", "item_price": )";
  append_cents(out, product.price_cents);
  out += "}\n";
  return true;
}

TruthObject CatalogChangeStream::product_truth(std::uint32_t product) const {
  std::string item_name = "\"";
  timeline_.catalog().append_name(product, item_name);
  std::string vendor_id;
  world_.append_vendor_id(timeline_.catalog()[product].vendor, vendor_id);
  TruthObject truth;
  truth.add_json("name", item_name + "\"");
  truth.add("price", decimal_of_cents(timeline_.catalog()[product].price_cents));
  truth.add("vendor_id", vendor_id);
  truth.add_flag("withdrawn", !timeline_.catalog()[product].on_sale);
  return truth;
}

void CatalogChangeStream::tell(TruthObject& truth) const {
  const std::uint64_t total = std::accumulate(changes_.begin(), changes_.end(), std::uint64_t{0});
  TruthObject changes;
  for (std::size_t i = 0; i < changes_.size(); ++i) changes.add(kCatalogChangeNames[i], changes_[i]);
  truth.add("changes", changes);
  TruthObject products;
  std::string id;
  for (std::uint32_t i = 0; i < changes_[static_cast<std::size_t>(CatalogChangeKind::kNew)]; ++i) {
    id.clear();
    world_.append_product_id(i, id);
    products.add(id, product_truth(i));
  }
  truth.add("products", products);
  truth.add_range(total == 0, first_, last_);
}

}  // namespace millrace
