#include "simulate/record_stream.h"

#include <utility>

#include "base/check.h"
#include "simulate/catalog_change_stream.h"
#include "simulate/click_stream.h"
#include "simulate/ecom_event_stream.h"
#include "simulate/order_stream.h"
#include "simulate/random_streams.h"
#include "simulate/stock_stream.h"
#include "simulate/traffic_schedule.h"
#include "simulate/transaction_stream.h"
#include "simulate/visit_simulator.h"

namespace millrace {

std::unique_ptr<EventTimes> scheduled_times(const World& world, Shape shape) {
  const bool is_visits = shape == Shape::kVisits;
  const Shape of = shape_of_times(shape);
  return std::make_unique<TrafficSchedule>(
      world.options(), world.campaigns(), is_visits ? Rhythm::kOpeningHours : Rhythm::kRoundTheClock,
      is_visits ? random_stream::kDays : random_stream::times_of(of), world.records_of(of));
}

std::unique_ptr<RecordStream> open_record_stream(const World& world, Shape shape) {
  return open_record_stream(world, shape, scheduled_times(world, shape));
}

std::unique_ptr<RecordStream> open_record_stream(const World& world, Shape shape,
                                                 std::unique_ptr<EventTimes> times) {
  MILLRACE_CHECK(check(world.options(), shape).has_value());
  switch (shape) {
    case Shape::kVisits:
      return std::make_unique<VisitSimulator>(world, std::move(times));
    case Shape::kClicks:
      return std::make_unique<ClickStream>(world, std::move(times));
    case Shape::kTransactions:
      return std::make_unique<TransactionStream>(world, std::move(times));
    case Shape::kStock:
      return std::make_unique<StockStream>(world, std::move(times));
    case Shape::kEcomEvents:
      return std::make_unique<EcomEventStream>(world, std::move(times));
    case Shape::kOrders:
      return std::make_unique<OrderStream>(world, std::move(times));
    case Shape::kCatalogChanges:
      return std::make_unique<CatalogChangeStream>(world);
    case Shape::kEvents:
      break;
  }
  MILLRACE_CHECK(false && "a shape that can be simulated");
}

std::string_view header_line(Shape shape) {
  return shape == Shape::kEcomEvents ? EcomEventStream::kHeaderLine : std::string_view();
}

}  // namespace millrace
