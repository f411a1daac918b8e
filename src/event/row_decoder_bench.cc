#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/check.h"
#include "event/row_decoder.h"
#include "event/test_contracts.h"

namespace millrace {
namespace {

constexpr std::string_view kTransaction =
    R"({"event_time":"2024-07-01T09:00:00Z","product_id":"P-1017","store_id":"S-12","qty":2})";
constexpr std::string_view kOrder =
    R"({"order_id":"O-1000123","order_placed_at":"2024-07-01T09:00:00Z","order_rating":4,"vendor_id":"V-17",)"
    R"("vendor_name":"Miller and Sons","vendor_address":"12 Main Street","vendor_vertical":"groceries",)"
    R"("customer_id":"C-99120","customer_registered_at":"2023-01-15T08:30:00Z","item_sku":"SKU-2201",)"
    R"("item_name":"Oat milk","item_price":12.49,"item_quantity":3})";
constexpr std::string_view kEcomEvent =
    "2020-09-24 11:57:06 UTC,view,1996170,2144415922528452715,electronics.telephone,samsung,31.90,"
    "1515915625519388267,LJuJVLEjPT";

void decode_repeatedly(benchmark::State& state, const Contract& contract, std::string_view record) {
  std::string bytes(record);
  bytes.append(RowDecoder::kPadding, ' ');
  const std::string_view padded(bytes.data(), record.size());
  const Timestamp arrival = *parse_timestamp("2024-07-02");
  RowDecoder decoder(contract);
  std::uint64_t position = 0;
  for (auto _ : state) {
    const DecodedRow& decoded = decoder.decode(padded, arrival, ++position);
    MILLRACE_CHECK(decoded.readable);
    benchmark::DoNotOptimize(&decoded);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(record.size()));
  state.SetItemsProcessed(state.iterations());
}

void BM_DecodeTransaction(benchmark::State& state) {
  decode_repeatedly(state, test_transactions(), kTransaction);
}
BENCHMARK(BM_DecodeTransaction);

void BM_DecodeTransactionWithUnknownMember(benchmark::State& state) {
  decode_repeatedly(state, test_transactions(),
                    std::string(kTransaction.substr(0, kTransaction.size() - 1)) + R"(,"till":7})");
}
BENCHMARK(BM_DecodeTransactionWithUnknownMember);

void BM_DecodeOrder(benchmark::State& state) {
  decode_repeatedly(state, test_orders(), kOrder);
}
BENCHMARK(BM_DecodeOrder);

void BM_DecodeEcomEvent(benchmark::State& state) {
  decode_repeatedly(state, test_ecom_events(), kEcomEvent);
}
BENCHMARK(BM_DecodeEcomEvent);

}  // namespace
}  // namespace millrace
