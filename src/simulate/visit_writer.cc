#include "simulate/visit_writer.h"

#include <fmt/format.h>

#include <array>

#include "base/json_string.h"
#include "event/vocabulary.h"
#include "simulate/line_text.h"

namespace millrace {
namespace {

constexpr std::size_t kLineSizeMax = 4096;  // more than any line has

// Digits and a point as the lab's own program prints a number: 949.99, 79.9, 1249.0.
void append_amount(std::string& out, Decimal amount) {
  const auto cents = static_cast<std::uint64_t>(amount.units / (Decimal::kScale / 100));
  append_number(out, cents / 100);
  out += '.';
  out += static_cast<char>('0' + cents / 10 % 10);
  if (cents % 10 != 0) out += static_cast<char>('0' + cents % 10);
}

// Degrees with six places.
void append_degrees(std::string& out, std::int32_t micros) {
  if (micros < 0) out += '-';
  const std::uint32_t size = static_cast<std::uint32_t>(micros < 0 ? -micros : micros);
  append_number(out, size / 1'000'000);
  std::array<char, 7> fraction;
  std::uint32_t left = size % 1'000'000;
  for (std::size_t i = 6; i > 0; --i, left /= 10) fraction[i] = static_cast<char>('0' + left % 10);
  fraction[0] = '.';
  out.append(fraction.data(), fraction.size());
}

std::string event_beginning(EventType type) {
  return fmt::format(R"({{"event": {{"event_type": "{}", "timestamp": "2024-07-01T09:00:00", "details": )",
                     visit_shape_name(type));
}

std::string page_view_ending(Page page, std::string_view from) {
  const std::string quoted = from.empty() ? "null" : fmt::format("\"{}\"", from);
  return fmt::format(R"({{"page_url": "{}", "referrer_url": {}}}}}}})", page_url(page), quoted);
}

std::string item_beginning(const Product& product) {
  std::string text = fmt::format(R"({{"product_id": "{}", "product_name": )", product.id);
  append_json_string(text, product.name);
  text += fmt::format(R"(, "category": "{}", "price": )", name(product.category));
  append_amount(text, product.price);
  return text + R"(, "quantity": )";
}

}  // namespace

VisitWriter::VisitWriter()
    : page_view_beginning_(event_beginning(EventType::kPageView)),
      cart_add_beginning_(event_beginning(EventType::kAddToCart)),
      purchase_beginning_(event_beginning(EventType::kPurchase)),
      time_from_beginnings_end_(purchase_beginning_.size() - purchase_beginning_.find("2024-07-01T")) {
  for (std::size_t page = 0; page < kPageCount; ++page) {
    for (std::size_t referrer = 0; referrer < kReferrerCount; ++referrer) {
      page_view_endings_[page][referrer] =
          page_view_ending(static_cast<Page>(page), referrer_url(static_cast<Referrer>(referrer)));
    }
  }
  for (std::size_t i = 0; i < kProductCount; ++i) item_beginnings_[i] = item_beginning(products()[i]);
}

void VisitWriter::write(const SimulatedVisit& visit, std::string& out) {
  if (out.capacity() - out.size() < kLineSizeMax) out.reserve(2 * out.capacity() + kLineSizeMax);
  set_time(visit.time);
  out += R"({"session_id": "SID-)";
  append_number(out, visit.session_number);
  out += R"(", "user_id": "UID-)";
  append_number(out, visit.user_number);
  out += R"(", "device_type": ")";
  out += name(visit.device);
  out += R"(", "geolocation": ")";
  append_degrees(out, visit.latitude_micros);
  out += ',';
  append_degrees(out, visit.longitude_micros);
  out += R"(", "user_agent": ")";
  out += user_agent(visit.device, visit.user_agent);
  out += R"(", "events": [)";
  for (const SimulatedPageView& view : visit.page_views()) write_page_view(view, visit, out);
  for (const SimulatedCartAdd& add : visit.cart_adds()) write_cart_add(add, out);
  if (visit.bought) write_purchase(visit, out);
  out.resize(out.size() - 2);  // the ", " behind the last event
  out += "]}\n";
}

void VisitWriter::set_time(Timestamp time) {
  if (time == time_) return;
  time_ = time;
  const std::string text = format_timestamp(time);  // ends with a Z, which the lab's times lack
  for (std::string* beginning : {&page_view_beginning_, &cart_add_beginning_, &purchase_beginning_}) {
    beginning->replace(beginning->size() - time_from_beginnings_end_, text.size() - 1, text, 0,
                       text.size() - 1);
  }
}

void VisitWriter::write_page_view(const SimulatedPageView& view, const SimulatedVisit& visit,
                                  std::string& out) const {
  out += page_view_beginning_;
  if (view.referrer == Referrer::kCampaign) {
    out += page_view_ending(view.page, visit.campaign->referrer_url);
    out += ", ";
    return;
  }
  out += page_view_endings_[static_cast<std::size_t>(view.page)][static_cast<std::size_t>(view.referrer)];
  out += ", ";
}

void VisitWriter::write_cart_add(const SimulatedCartAdd& add, std::string& out) const {
  out += cart_add_beginning_;
  write_item(add, out);
  out += "}}, ";
}

void VisitWriter::write_purchase(const SimulatedVisit& visit, std::string& out) const {
  out += purchase_beginning_;
  out += R"({"order_id": "ORD-)";
  append_number(out, visit.order_number);
  out += R"(", "amount": )";
  append_amount(out, cart_amount(visit));
  out += R"(, "currency": "USD", "items": [)";
  for (const SimulatedCartAdd& item : visit.cart_adds()) {
    write_item(item, out);
    out += ", ";
  }
  out.resize(out.size() - 2);
  out += "]}}}, ";
}

void VisitWriter::write_item(const SimulatedCartAdd& item, std::string& out) const {
  out += item_beginnings_[item.product];
  append_number(out, static_cast<std::uint64_t>(item.quantity));
  out += '}';
}

}  // namespace millrace
