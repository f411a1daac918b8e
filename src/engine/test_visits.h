// Visit messages for tests, and what must become of them whatever the order: computed record by record, with
// nothing of the engine in it.
#pragma once

#include <fmt/format.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/tally.h"
#include "engine/test_source.h"
#include "event/visit_decoder.h"

namespace millrace {

// Of all contracts together.
inline Result<Tally> sum_of(const Result<Tallies>& tallies) {
  if (!tallies) return std::unexpected(tallies.error());
  Tally sum;
  for (const auto& [contract, tally] : *tallies) sum += tally;
  return sum;
}

inline std::string view_event(int page, int minute = 0) {
  return fmt::format(R"({{"event_type":"page_view","timestamp":"2024-07-01T09:{:02}:00","details":{{)"
                     R"("page_url":"https://example.com/{}","referrer_url":null}}}})",
                     minute, page);
}

// A purchase of `lines` lines of 10.50 each; with a `wrong` amount it is refused.
inline std::string purchase_event(int order, int lines, bool wrong = false,
                                  std::string_view currency = "USD") {
  std::string items;
  for (int i = 0; i < lines; ++i) {
    items += fmt::format(
        R"({}{{"product_id":"P-{}","product_name":"Mouse","category":"peripherals","price":10.50,)"
        R"("quantity":1}})",
        i == 0 ? "" : ",", i);
  }
  return fmt::format(
      R"({{"event_type":"purchase","timestamp":"2024-07-01T10:00:00","details":{{"order_id":"O-{}",)"
      R"("amount":{}.{},"currency":"{}","items":[{}]}}}})",
      order, lines * 1050 / 100 + (wrong ? 7 : 0), lines * 1050 % 100 == 0 ? "00" : "50", currency, items);
}

inline std::string visit_message(int visit, const std::vector<std::string>& events) {
  std::string list;
  for (const std::string& event : events) list += (list.empty() ? "" : ",") + event;
  return fmt::format(
      R"({{"session_id":"S-{}","user_id":"U-{}","device_type":"mobile","geolocation":"1.5,2.5",)"
      R"("user_agent":"test","events":[{}]}})",
      visit, visit % 3, list);
}

// What must be stored of records, whatever their order, their batches and their epochs.
struct ExpectedTables {
  std::map<std::uint64_t, std::set<std::uint64_t>> event_ids;  // by visit_key
  std::uint64_t records = 0;
  std::uint64_t records_dead = 0;
  TableTally events;
  TableTally items;
  std::size_t dead_letters = 0;
};

inline ExpectedTables expect_tables(const std::vector<std::string>& records) {
  ExpectedTables expected;
  VisitDecoder decoder;
  for (const std::string& record : records) {
    std::string padded = record + std::string(VisitDecoder::kPadding, ' ');
    const DecodedVisit& decoded =
        decoder.decode(std::string_view(padded).substr(0, record.size()), kTestReceivedAt);
    ++expected.records;
    expected.dead_letters += decoded.refusals.size();
    if (!decoded.readable || decoded.visit.events.empty()) ++expected.records_dead;
    if (!decoded.readable) continue;
    expected.events.received += decoded.events_received;
    expected.items.received += decoded.items_received;
    expected.events.dead_letters += decoded.events_received - decoded.visit.events.size();
    expected.items.dead_letters += decoded.items_refused;
    for (const Event& event : decoded.visit.events) {
      const bool is_new = expected.event_ids[decoded.visit.visit_key].insert(event.event_id).second;
      const std::uint64_t items = event.items_end - event.items_begin;
      ++(is_new ? expected.events.stored : expected.events.duplicates);
      (is_new ? expected.items.stored : expected.items.duplicates) += items;
    }
  }
  return expected;
}

// Messages of a few visits that overlap in every way: whole duplicates, parts, events twice in one message,
// refused events, unreadable records.
inline std::vector<std::string> random_messages(std::mt19937& random, std::size_t count) {
  const auto below = [&random](int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  };
  std::vector<std::string> messages;
  while (messages.size() < count) {
    if (!messages.empty() && below(4) == 0) {
      messages.push_back(messages[static_cast<std::size_t>(below(static_cast<int>(messages.size())))]);
      continue;
    }
    if (below(12) == 0) {
      messages.push_back(below(2) == 0 ? "{\"session_id\":"
                                       : visit_message(below(5), {purchase_event(1, 1, true)}));
      continue;
    }
    std::vector<std::string> events;
    for (int i = below(5); i >= 0; --i) {
      switch (below(5)) {
        case 0:
          events.push_back(purchase_event(below(3), 1 + below(3)));
          break;
        case 1:
          events.push_back(purchase_event(9, 2, true));
          break;
        default:
          events.push_back(view_event(below(4), below(3)));
      }
    }
    messages.push_back(visit_message(below(6), events));
  }
  return messages;
}

// Records cut into files of random lengths, some of which fill an epoch.
inline std::vector<ScriptedBatch> cut_into_batches(std::mt19937& random,
                                                   const std::vector<std::string>& records,
                                                   std::uint64_t epoch_size) {
  std::vector<ScriptedBatch> batches;
  for (std::size_t at = 0; at < records.size();) {
    const std::size_t length = std::min<std::size_t>(random() % 6, records.size() - at);
    ScriptedBatch& batch = batches.emplace_back();
    batch.partition = fmt::format("file-{}", batches.size());
    batch.records.assign(records.begin() + static_cast<std::ptrdiff_t>(at),
                         records.begin() + static_cast<std::ptrdiff_t>(at + length));
    batch.input_bytes = random() % 3 == 0 ? epoch_size : 1;
    at += length;
  }
  return batches;
}

}  // namespace millrace
