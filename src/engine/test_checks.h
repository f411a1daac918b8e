// What must hold of committed tables at any moment, and at the end of a run.
#pragma once

#include <gtest/gtest.h>

#include "engine/test_sink.h"
#include "engine/test_visits.h"

namespace millrace {

// Rows and progress tell the same, also between two transactions.
inline void expect_whole(const MemoryTables& tables) {
  const Tally tally = tables.tally();
  EXPECT_EQ(tally.records.received,
            tally.records.stored + tally.records.dead_letters + tally.records.duplicates + tally.pending);
  EXPECT_TRUE(tally.events.adds_up());
  EXPECT_TRUE(tally.items.adds_up());
  EXPECT_EQ(tally.pending, tables.pending.size());
  EXPECT_EQ(tally.events.stored, tables.event_count());
  EXPECT_EQ(tally.items.stored, tables.item_count());
  EXPECT_GE(tally.records.stored, tables.visits.size());
  EXPECT_EQ(tables.breaches, std::vector<std::string>{});
  for (const auto& [key, visit] : tables.visits) {
    EXPECT_EQ(static_cast<std::size_t>(visit.totals.event_count), visit.events.size());
    std::map<std::string, int> firsts;
    std::set<std::int32_t> places;
    for (const auto& [id, event] : visit.events) {
      if (event.type == EventType::kPageView) firsts[event.page_url] += event.first_of_page ? 1 : 0;
      EXPECT_TRUE(places.insert(event.index).second) << "two events of one visit with one place";
      EXPECT_GE(event.time, visit.totals.started_at);
      EXPECT_LE(event.time, visit.totals.ended_at);
    }
    for (const auto& [page, times] : firsts)
      EXPECT_EQ(times, 1) << "distinct visits by page must be a plain sum";
  }
}

// What is stored is exactly what the records say.
inline void expect_complete(const MemoryTables& tables, const ExpectedTables& expected) {
  expect_whole(tables);
  const Tally tally = tables.tally();
  EXPECT_EQ(tally.pending, 0u);
  EXPECT_EQ(tally.records.received, expected.records);
  EXPECT_EQ(tally.records.dead_letters, expected.records_dead);
  EXPECT_EQ(tally.events, expected.events);
  EXPECT_EQ(tally.items, expected.items);
  EXPECT_EQ(tables.dead_letters.size(), expected.dead_letters);
  ASSERT_EQ(tables.visits.size(), expected.event_ids.size());
  for (const auto& [key, ids] : expected.event_ids) {
    const auto visit = tables.visits.find(key);
    ASSERT_NE(visit, tables.visits.end());
    std::set<std::uint64_t> stored;
    for (const auto& [id, event] : visit->second.events) stored.insert(id);
    EXPECT_EQ(stored, ids);
  }
}

}  // namespace millrace
