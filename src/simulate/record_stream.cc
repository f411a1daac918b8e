#include "simulate/record_stream.h"

#include "base/check.h"
#include "simulate/catalog_change_stream.h"
#include "simulate/click_stream.h"
#include "simulate/ecom_event_stream.h"
#include "simulate/order_stream.h"
#include "simulate/stock_stream.h"
#include "simulate/transaction_stream.h"
#include "simulate/visit_simulator.h"

namespace millrace {

std::unique_ptr<RecordStream> open_record_stream(const World& world, Shape shape) {
  MILLRACE_CHECK(check(world.options(), shape).has_value());
  switch (shape) {
    case Shape::kVisits:
      return std::make_unique<VisitSimulator>(world);
    case Shape::kClicks:
      return std::make_unique<ClickStream>(world);
    case Shape::kTransactions:
      return std::make_unique<TransactionStream>(world);
    case Shape::kStock:
      return std::make_unique<StockStream>(world);
    case Shape::kEcomEvents:
      return std::make_unique<EcomEventStream>(world);
    case Shape::kOrders:
      return std::make_unique<OrderStream>(world);
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
