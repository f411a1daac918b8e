// Records for tests of the decoder: sound ones to vary, and bytes with nothing readable behind what is
// promised.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "event/visit_decoder.h"

namespace millrace {

inline const Timestamp kTestArrival = *parse_timestamp("2024-08-01T00:00:00Z");

// A record in memory of its own, with just the padding that the decoder asks for: a sanitizer sees what reads
// further.
class TestRecord {
 public:
  explicit TestRecord(std::string_view bytes)
      : memory_(std::make_unique<char[]>(bytes.size() + VisitDecoder::kPadding)), size_(bytes.size()) {
    std::memcpy(memory_.get(), bytes.data(), bytes.size());
    std::memset(memory_.get() + bytes.size(), '}', VisitDecoder::kPadding);
  }
  std::string_view bytes() const { return {memory_.get(), size_}; }

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t size_;
};

inline constexpr std::string_view kTestView =
    R"({"event_type": "page_view", "timestamp": "2024-07-01T09:00:00", )"
    R"("details": {"page_url": "https://example.com/home", "referrer_url": null}})";
inline constexpr std::string_view kTestCartAdd =
    R"({"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:01:00", )"
    R"("details": {"product_id": "HDW-001", "product_name": "Laptop X200", "category": "hardware", )"
    R"("price": 899.99, "quantity": 2}})";
inline constexpr std::string_view kTestPurchase =
    R"({"event_type": "purchase", "timestamp": "2024-07-01T09:02:00", )"
    R"("details": {"order_id": "OID-1", "amount": 1889.97, "currency": "USD", "items": [)"
    R"({"product_id": "HDW-001", "product_name": "Laptop X200", "category": "hardware", )"
    R"("price": 899.99, "quantity": 2}, )"
    R"({"product_id": "PER-002", "product_name": "Mechanical Keyboard", "category": "peripherals", )"
    R"("price": 89.99, "quantity": 1}]}})";

// A visit with these events, a JSON list without its brackets; `more` starts with a comma when there is any.
inline std::string test_visit(std::string_view events, std::string_view more = "") {
  std::string text = R"({"session_id": "SID-1", "user_id": "UID-1", "device_type": "mobile", )"
                     R"("geolocation": "37.7749,-122.4194", "user_agent": "Mozilla/5.0", "events": [)";
  text += events;
  text += ']';
  text += more;
  return text + '}';
}

// All that the decoder tells, as text: equal texts mean equal rows, ids and refusals.
std::string test_description(const DecodedVisit& decoded);

}  // namespace millrace
