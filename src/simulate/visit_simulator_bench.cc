#include <benchmark/benchmark.h>

#include "base/check.h"
#include "simulate/visit_simulator.h"

namespace millrace {
namespace {

constexpr std::size_t kBufferSize = 1 << 20;

// Lines a second and bytes a second, into a buffer that is emptied when full.
void BM_WriteVisits(benchmark::State& state) {
  VisitSimulator simulator(
      {.start = *parse_timestamp("2024-07-01"), .visits = VisitSimulationOptions::kVisitsMax});
  std::string out;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::size_t before = out.size();
    MILLRACE_CHECK(simulator.next(out));
    bytes += static_cast<std::int64_t>(out.size() - before);
    if (out.size() >= kBufferSize) out.clear();
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_WriteVisits);

}  // namespace
}  // namespace millrace
