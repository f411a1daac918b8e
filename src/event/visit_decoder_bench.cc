#include <benchmark/benchmark.h>

#include <string>

#include "base/check.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

// A visit that buys what is in its cart.
constexpr std::string_view kBuyingVisit =
    R"({"session_id": "SID-5736", "user_id": "UID-4101", "device_type": "desktop", )"
    R"("geolocation": "14.997922,-45.844456", "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) )"
    R"(AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36", "events": [)"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"page_url": "https://example.com/home", "referrer_url": null}}}, )"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"page_url": "https://example.com/products", "referrer_url": "https://example.com/home"}}}, )"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"page_url": "https://example.com/cart", "referrer_url": "https://google.com"}}}, )"
    R"({"event": {"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"product_id": "HDW-001", "product_name": "Notebook Terra 14", "category": "hardware", )"
    R"("price": 949.99, "quantity": 2}}}, )"
    R"({"event": {"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"product_id": "PER-003", "product_name": "27\" QHD Monitor", "category": "peripherals", )"
    R"("price": 349.99, "quantity": 1}}}, )"
    R"({"event": {"event_type": "purchase", "timestamp": "2024-07-01T09:51:23", "details": )"
    R"({"order_id": "ORD-7544", "amount": 2249.97, "currency": "USD", "items": [)"
    R"({"product_id": "HDW-001", "product_name": "Notebook Terra 14", "category": "hardware", )"
    R"("price": 949.99, "quantity": 2}, )"
    R"({"product_id": "PER-003", "product_name": "27\" QHD Monitor", "category": "peripherals", )"
    R"("price": 349.99, "quantity": 1}]}}}]})";

// A visit that only looks around.
constexpr std::string_view kLookingVisit =
    R"({"session_id": "SID-2210", "user_id": "UID-9034", "device_type": "mobile", )"
    R"("geolocation": "-70.120034,101.440871", "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) )"
    R"(AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36", "events": [)"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T10:02:47", "details": )"
    R"({"page_url": "https://example.com/home", "referrer_url": null}}}, )"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T10:02:47", "details": )"
    R"({"page_url": "https://example.com/products", "referrer_url": "https://example.com/home"}}}, )"
    R"({"event": {"event_type": "page_view", "timestamp": "2024-07-01T10:02:47", "details": )"
    R"({"page_url": "https://example.com/cart", "referrer_url": "https://example.com/products"}}}]})";

void decode_repeatedly(benchmark::State& state, std::string_view record, std::size_t events) {
  std::string bytes(record);
  bytes.append(VisitDecoder::kPadding, ' ');
  const std::string_view padded(bytes.data(), record.size());
  const Timestamp arrival = *parse_timestamp("2024-07-02");
  VisitDecoder decoder;
  for (auto _ : state) {
    const DecodedVisit& decoded = decoder.decode(padded, arrival);
    MILLRACE_CHECK(decoded.visit.events.size() == events);
    benchmark::DoNotOptimize(&decoded);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(record.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));  // events
}

void BM_DecodeBuyingVisit(benchmark::State& state) {
  decode_repeatedly(state, kBuyingVisit, 6);
}
BENCHMARK(BM_DecodeBuyingVisit);

void BM_DecodeLookingVisit(benchmark::State& state) {
  decode_repeatedly(state, kLookingVisit, 3);
}
BENCHMARK(BM_DecodeLookingVisit);

}  // namespace
}  // namespace millrace
