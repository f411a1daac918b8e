#include <benchmark/benchmark.h>

#include <string>

#include "base/check.h"
#include "door/record_splitter.h"

namespace millrace {
namespace {

constexpr std::string_view kVisit =
    R"({"session_id":"SID-7f3a9c","user_id":"UID-1234","device_type":"mobile","geolocation":"48.85,2.35",)"
    R"("user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15","events":[)"
    R"({"event":{"event_type":"page_view","timestamp":"2024-07-01T09:00:00","details":{"page_url":"home","referrer_url":null}}},)"
    R"({"event":{"event_type":"page_view","timestamp":"2024-07-01T09:01:00","details":{"page_url":"products","referrer_url":"home"}}},)"
    R"({"event":{"event_type":"add_item_to_cart","timestamp":"2024-07-01T09:02:00","details":{"product_id":"HDW-001",)"
    R"("product_name":"Laptop X200","category":"hardware","price":1299.99,"quantity":1}}}]})";
constexpr std::string_view kClick =
    R"({"event_id":"e-1","ts":"2024-07-01T09:00:00Z","kind":"view_item","user_id":"U-1","product_id":"P-1"})";

void split_repeatedly(benchmark::State& state, const std::string& body, BodyForm form) {
  const SplitLimits limits{.records_max = 1 << 20};
  for (auto _ : state) {
    const auto records = split_records(body, form, limits);
    MILLRACE_CHECK(records.has_value());
    benchmark::DoNotOptimize(records->data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

std::string lines_of(std::string_view record) {
  std::string body;
  while (body.size() < 1 << 18) body.append(record).append("\n");
  return body;
}

std::string list_of(std::string_view record) {
  std::string body = "[";
  while (body.size() < 1 << 18) body.append(record).append(",");
  body.back() = ']';
  return body;
}

void BM_SplitLinesOfVisits(benchmark::State& state) {
  split_repeatedly(state, lines_of(kVisit), BodyForm::kLines);
}
BENCHMARK(BM_SplitLinesOfVisits);

void BM_SplitListOfVisits(benchmark::State& state) {
  split_repeatedly(state, list_of(kVisit), BodyForm::kAny);
}
BENCHMARK(BM_SplitListOfVisits);

void BM_SplitLinesOfClicks(benchmark::State& state) {
  split_repeatedly(state, lines_of(kClick), BodyForm::kLines);
}
BENCHMARK(BM_SplitLinesOfClicks);

void BM_SplitListOfClicks(benchmark::State& state) {
  split_repeatedly(state, list_of(kClick), BodyForm::kAny);
}
BENCHMARK(BM_SplitListOfClicks);

void BM_SplitBackslashes(benchmark::State& state) {
  split_repeatedly(state, "{\"a\":\"" + std::string(200 << 10, '\\') + "\"}", BodyForm::kAny);
}
BENCHMARK(BM_SplitBackslashes);

}  // namespace
}  // namespace millrace
