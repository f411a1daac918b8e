#include <benchmark/benchmark.h>

#include <string>

#include "base/crc32c.h"

namespace millrace {
namespace {

void BM_Crc32c(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Crc32c)->Arg(60)->Arg(300)->Arg(1'000)->Arg(64 << 10)->Arg(1 << 20);

void BM_Crc32cByTable(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c_by_table(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Crc32cByTable)->Arg(1'000);

}  // namespace
}  // namespace millrace
