// Any bytes as a record: every event is either sound or refused with its exact bytes, what is to be stored is
// text that a warehouse can hold, and the same record gives the same result again.
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "event/visit_decoder.h"
#include "property.h"

namespace millrace {
namespace {

const Timestamp kArrival = *parse_timestamp("2024-08-01T00:00:00Z");

void check_text(std::string_view text) {
  FUZZ_CHECK(text.size() <=
             kRecordSizeMax * 6);  // an unknown member's control characters grow by their escapes
  FUZZ_CHECK(text.find('\0') == std::string_view::npos);
  FUZZ_CHECK(text.empty() || simdjson::validate_utf8(text.data(), text.size()));
}

void check_extra(std::string_view extra) {
  check_text(extra);
  if (extra.data() == nullptr) return;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  FUZZ_CHECK(parser.parse(simdjson::padded_string(extra)).get(object) == simdjson::SUCCESS);
  FUZZ_CHECK(object.size() > 0);
}

void check_refusal(const Refusal& refusal, std::string_view record) {
  FUZZ_CHECK(lies_inside(refusal.payload, record));
  FUZZ_CHECK(refusal.event_index.has_value() || refusal.payload.size() == record.size());
  FUZZ_CHECK(!refusal.message.empty() && refusal.message.size() < 1'000);
  check_text(refusal.message);
  for (const char c : refusal.message) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

void check_event(const Event& event, const Visit& visit) {
  for (const std::string_view text : {event.page_url, event.referrer_url, event.product_id,
                                      event.product_name, event.category, event.order_id, event.currency}) {
    check_text(text);
    FUZZ_CHECK(text.size() <= kTextSizeMax);
  }
  check_extra(event.extra);
  FUZZ_CHECK(event.time.micros >= 0 && event.time.micros <= kArrival.micros + kFutureHorizonMicros);
  FUZZ_CHECK(event.items_begin <= event.items_end && event.items_end <= visit.items.size());
  FUZZ_CHECK((event.type == EventType::kPurchase) == (event.items_begin < event.items_end));
  FUZZ_CHECK((event.type == EventType::kPurchase) == event.amount.has_value());
  FUZZ_CHECK((event.type == EventType::kPageView) == (event.page_url.data() != nullptr));
}

void check_item(const PurchaseItem& item) {
  for (const std::string_view text : {item.product_id, item.product_name, item.category}) check_text(text);
  check_extra(item.extra);
  FUZZ_CHECK(item.quantity >= 1 && item.price >= Decimal{0});
  FUZZ_CHECK(multiply(item.price, item.quantity) == item.line_amount);
}

void check_visit(const DecodedVisit& decoded) {
  const Visit& visit = decoded.visit;
  FUZZ_CHECK(decoded.events_received == visit.events.size() + decoded.refusals.size());
  FUZZ_CHECK(decoded.items_received == visit.items.size() + decoded.items_refused);
  for (const std::string_view text :
       {visit.session_id, visit.user_id, visit.device_type, visit.geolocation, visit.user_agent}) {
    check_text(text);
    FUZZ_CHECK(!text.empty());
  }
  check_extra(visit.extra);
  for (const Event& event : visit.events) check_event(event, visit);
  for (const PurchaseItem& item : visit.items) check_item(item);
}

std::string summary(const DecodedVisit& decoded) {
  std::string text = std::to_string(decoded.readable);
  for (const Event& event : decoded.visit.events) text += ' ' + std::to_string(event.event_id);
  for (const PurchaseItem& item : decoded.visit.items) text += ' ' + std::to_string(item.line_amount.units);
  for (const Refusal& refusal : decoded.refusals) {
    text += ' ' + refusal.message + std::to_string(refusal.payload.size());
  }
  return text;
}

// A record that must come out the same whatever was decoded before it; padded.
constexpr std::string_view kGoodText =
    R"({"session_id":"S","user_id":"U","device_type":"mobile","geolocation":"1,2","user_agent":"A","x":[{"b":1,"a":2}],)"
    R"("events":[{"event_type":"page_view","timestamp":"2024-07-01T09:00:00","details":{"page_url":"u"}},7,)"
    R"({"event":{"event_type":"purchase","timestamp":"2024-07-01T09:00:00","details":{"order_id":"O",)"
    R"("amount":12345678901234.5,"currency":"USD","items":[{"product_id":"P","product_name":"N","category":"hardware",)"
    R"("price":12345678901234.5,"quantity":1}]}}}]})"
    "                                                                ";
constexpr std::string_view kGoodRecord = kGoodText.substr(0, kGoodText.size() - VisitDecoder::kPadding);
static_assert(kGoodRecord.ends_with("]}") && VisitDecoder::kPadding == 64);

const std::string& summary_of_good_record() {
  static const std::string text = [] {
    VisitDecoder fresh;
    return summary(fresh.decode(kGoodRecord, kArrival));
  }();
  return text;
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  static VisitDecoder decoder;  // kept from input to input, as in production: no record may taint the next
  const auto memory = std::make_unique<char[]>(size + VisitDecoder::kPadding);
  if (size > 0) std::memcpy(memory.get(), data, size);
  const std::string_view record(memory.get(), size);

  const DecodedVisit& decoded = decoder.decode(record, kArrival);
  for (const Refusal& refusal : decoded.refusals) check_refusal(refusal, record);
  if (decoded.readable) {
    check_visit(decoded);
  } else {
    FUZZ_CHECK(decoded.refusals.size() == 1);
  }
  const std::string first = summary(decoded);
  FUZZ_CHECK(summary(decoder.decode(record, kArrival)) == first);
  FUZZ_CHECK(summary(decoder.decode(kGoodRecord, kArrival)) == summary_of_good_record());
  return 0;
}
