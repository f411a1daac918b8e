#include <benchmark/benchmark.h>

#include "base/check.h"
#include "simulate/record_stream.h"

namespace millrace {
namespace {

constexpr std::size_t kBufferSize = 1 << 20;

WorldOptions options_of(Shape shape) {
  WorldOptions options = {.start = *parse_timestamp("2024-07-01")};
  options.visits = kSimulatedRecordsMax / 10;
  if (shape == Shape::kCatalogChanges) {
    options.products = kSimulatedProductsMax;
    options.days = kSimulatedDaysMax;
  }
  return options;
}

// Records a second and bytes a second, into a buffer that is emptied when full.
void BM_Write(benchmark::State& state, Shape shape) {
  const World world(options_of(shape));
  const auto stream = open_record_stream(world, shape);
  std::string out;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::size_t before = out.size();
    MILLRACE_CHECK(stream->next(out));
    bytes += static_cast<std::int64_t>(out.size() - before);
    if (out.size() >= kBufferSize) out.clear();
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK_CAPTURE(BM_Write, visits, Shape::kVisits);
BENCHMARK_CAPTURE(BM_Write, clicks, Shape::kClicks);
BENCHMARK_CAPTURE(BM_Write, transactions, Shape::kTransactions);
BENCHMARK_CAPTURE(BM_Write, stock, Shape::kStock);
BENCHMARK_CAPTURE(BM_Write, ecom_events, Shape::kEcomEvents);
BENCHMARK_CAPTURE(BM_Write, orders, Shape::kOrders);
BENCHMARK_CAPTURE(BM_Write, catalog_changes, Shape::kCatalogChanges);

}  // namespace
}  // namespace millrace
