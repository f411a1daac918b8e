// Orders of the marketplace: a customer who has registered buys one product from its vendor, at the price and
// under the name that the catalog has at that time. No two orders are placed at the same time.
#pragma once

#include <array>
#include <vector>

#include "simulate/event_clock.h"
#include "simulate/line_text.h"
#include "simulate/record_stream.h"

namespace millrace {

class OrderStream final : public RecordStream {
 public:
  OrderStream(const World& world, std::unique_ptr<EventTimes> times);

  bool next(std::string& out) override;
  Timestamp time() const override { return clock_.now(); }
  std::optional<Timestamp> due() const override { return clock_.due(); }
  void tell(TruthObject& truth) const override;

 private:
  struct Sums {
    std::uint64_t orders = 0;
    std::uint64_t revenue_cents = 0;
    void add(std::uint64_t cents) {
      ++orders;
      revenue_cents += cents;
    }
    TruthObject json() const;
  };

  void write_rating(std::string& out);
  void write_customer(std::string& out);
  void write_item(std::uint32_t product, std::string& out);

  const World& world_;
  EventClock clock_;
  CatalogTimeline timeline_;
  Random random_;
  TimeText time_text_{TimeText::Form::kMicroseconds};
  TimeText registration_text_{TimeText::Form::kSeconds};
  std::string beginning_;
  std::vector<std::string> vendor_members_;  // the four that tell of a vendor, by vendor

  SeenCustomers customers_;
  Sums sums_;
  std::uint64_t units_ = 0;
  std::uint64_t rating_sum_ = 0;
  std::uint64_t rated_ = 0;
  std::array<Sums, kVerticalNames.size()> by_vertical_{};
  std::vector<Sums> by_vendor_;
};

}  // namespace millrace
