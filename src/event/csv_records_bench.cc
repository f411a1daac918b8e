#include <benchmark/benchmark.h>

#include <string>

#include "base/check.h"
#include "event/csv_records.h"

namespace millrace {
namespace {

constexpr std::string_view kPlain =
    "2020-09-24 11:57:06 UTC,view,1996170,2144415922528452715,electronics.telephone,samsung,31.90,"
    "1515915625519388267,LJuJVLEjPT";
constexpr std::string_view kQuoted =
    "2020-09-24 11:57:06 UTC,view,1996170,2144415922528452715,electronics.telephone,\"Monitor, "
    "27\"\"\",31.90,"
    "1515915625519388267,LJuJVLEjPT";

void cut_repeatedly(benchmark::State& state, std::string_view record) {
  std::string text;
  while (text.size() < 1 << 18) text.append(record).append("\n");
  for (auto _ : state) {
    std::size_t records = 0;
    for (std::string_view rest = text; !rest.empty(); ++records) {
      rest.remove_prefix(next_csv_record(rest, ',', true)->length);
    }
    benchmark::DoNotOptimize(records);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void BM_CutPlainRecords(benchmark::State& state) {
  cut_repeatedly(state, kPlain);
}
BENCHMARK(BM_CutPlainRecords);

void BM_CutQuotedRecords(benchmark::State& state) {
  cut_repeatedly(state, kQuoted);
}
BENCHMARK(BM_CutQuotedRecords);

void split_repeatedly(benchmark::State& state, std::string_view record) {
  CsvFields fields(',');
  for (auto _ : state) {
    MILLRACE_CHECK(fields.split(record));
    benchmark::DoNotOptimize(fields.fields().data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(record.size()));
}

void BM_SplitPlainRecord(benchmark::State& state) {
  split_repeatedly(state, kPlain);
}
BENCHMARK(BM_SplitPlainRecord);

void BM_SplitQuotedRecord(benchmark::State& state) {
  split_repeatedly(state, kQuoted);
}
BENCHMARK(BM_SplitQuotedRecord);

}  // namespace
}  // namespace millrace
