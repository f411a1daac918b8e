// Catalog changes: products that are new, cost something else, are called something else, or are withdrawn.
#pragma once

#include <array>

#include "simulate/line_text.h"
#include "simulate/record_stream.h"

namespace millrace {

class CatalogChangeStream final : public RecordStream {
 public:
  explicit CatalogChangeStream(const World& world);

  // Each record has the name and the price that hold from then on.
  bool next(std::string& out) override;
  Timestamp time() const override { return last_; }
  std::optional<Timestamp> due() const override { return timeline_.due(); }
  void tell(TruthObject& truth) const override;

 private:
  TruthObject product_truth(std::uint32_t product) const;

  const World& world_;
  CatalogTimeline timeline_;
  TimeText time_text_{TimeText::Form::kSeconds};
  Timestamp first_;
  Timestamp last_;
  std::array<std::uint64_t, kCatalogChangeNames.size()> changes_{};
};

}  // namespace millrace
