#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <random>
#include <string>

#include "base/check.h"
#include "event/csv_records.h"
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

// Lines of a shop's events, no two of the same lengths: a processor learns one record by heart.
std::string ecom_events(int count) {
  constexpr std::array<std::string_view, 4> kTypes = {"view", "view", "cart", "purchase"};
  constexpr std::array<std::string_view, 5> kCategories = {"", "electronics.telephone", "computers.notebook",
                                                           "", "stationery.cartrige"};
  constexpr std::array<std::string_view, 5> kBrands = {"samsung", "", "hp", "\"Dolce, Gabbana\"", "xiaomi"};
  std::mt19937 random(20240701);
  std::string text;
  for (int i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text),
                   "2020-09-{:02} {:02}:{:02}:{:02} UTC,{},{},{},{},{},{}.{:02},15159156{},{:x}\n",
                   1 + random() % 30, random() % 24, random() % 60, random() % 60,
                   kTypes[random() % kTypes.size()], random() % 5'000'000,
                   2'144'415'922'528'452'715 + random(), kCategories[random() % kCategories.size()],
                   kBrands[random() % kBrands.size()], random() % 1'000, random() % 100, random(), random());
  }
  return text;
}

void BM_CutAndDecodeEcomEvents(benchmark::State& state) {
  constexpr int kLines = 20'000;
  std::string text = ecom_events(kLines);
  const std::size_t size = text.size();
  text.append(RowDecoder::kPadding, ' ');
  const Timestamp arrival = *parse_timestamp("2024-07-02");
  const Contract contract = test_ecom_events();
  RowDecoder decoder(contract);
  for (auto _ : state) {
    std::uint64_t position = 0;
    for (std::string_view rest(text.data(), size); !rest.empty();) {
      const CsvRecord record = *next_csv_record(rest, contract.delimiter, true);
      MILLRACE_CHECK(decoder.decode(record.bytes, arrival, ++position, record.unterminated).readable);
      rest.remove_prefix(record.length);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.SetItemsProcessed(state.iterations() * kLines);
}
BENCHMARK(BM_CutAndDecodeEcomEvents);

}  // namespace
}  // namespace millrace
