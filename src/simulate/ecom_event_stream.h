// Events of an electronics shop as REES46 publishes them: CSV, one row for each product that is looked at,
// put into the cart, taken out of it, or bought. Rows are known by their position: equal ones are real.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "simulate/event_clock.h"
#include "simulate/line_text.h"
#include "simulate/record_stream.h"
#include "simulate/shopping_session.h"

namespace millrace {

class EcomEventStream final : public RecordStream {
 public:
  static constexpr std::string_view kHeaderLine =
      "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n";

  EcomEventStream(const World& world, std::unique_ptr<EventTimes> times);

  bool next(std::string& out) override;
  Timestamp time() const override { return time_; }
  std::optional<Timestamp> due() const override { return clock_.due(); }
  void tell(TruthObject& truth) const override;

 private:
  struct Sums {
    std::array<std::uint64_t, kSessionStepNames.size()> events{};
    std::uint64_t revenue_cents = 0;
    TruthObject json() const;
  };

  void begin(ShoppingSession& session);
  void write(const SessionStep& step, const ShoppingSession& session, std::string& out);
  void count(const SessionStep& step, const ShoppingSession& session);

  const World& world_;
  EventClock clock_;
  CatalogTimeline timeline_;
  Random random_;
  TimeText time_text_{TimeText::Form::kSecondsUtc};
  Timestamp time_;  // whole seconds, as the rows have it
  Timestamp first_;
  // With their commas, by category: the source gives categories without a code ids of their own.
  std::vector<std::string> category_columns_;
  std::vector<std::string> nameless_category_columns_;
  std::vector<ShoppingSession> open_sessions_;  // side by side
  std::uint64_t sessions_begun_ = 0;

  SeenCustomers users_;
  std::uint64_t sessions_ = 0;  // with a name
  std::uint64_t rows_without_session_ = 0;
  std::uint64_t rows_without_brand_ = 0;
  Sums without_code_;
  std::vector<Sums> by_category_;  // of rows that have a code
};

}  // namespace millrace
