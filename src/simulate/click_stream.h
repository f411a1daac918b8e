// Clicks: somebody looks at a page, or at a product.
#pragma once

#include <array>
#include <vector>

#include "simulate/event_clock.h"
#include "simulate/line_text.h"
#include "simulate/record_stream.h"
#include "simulate/shop.h"

namespace millrace {

class ClickStream final : public RecordStream {
 public:
  ClickStream(const World& world, std::unique_ptr<EventTimes> times);

  bool next(std::string& out) override;
  Timestamp time() const override { return clock_.now(); }
  std::optional<Timestamp> due() const override { return clock_.due(); }
  void tell(TruthObject& truth) const override;

 private:
  void write_product(std::string& out);
  void write_page(std::string& out);

  const World& world_;
  EventClock clock_;
  CatalogTimeline timeline_;
  Random random_;
  TimeText time_text_{TimeText::Form::kMicroseconds};
  std::string beginning_;

  SeenCustomers users_;
  std::vector<std::uint64_t> clicks_;  // by product
  std::array<std::uint64_t, kPageCount> page_views_{};
  std::vector<std::uint64_t> campaign_views_;  // page views that a campaign brought
};

}  // namespace millrace
