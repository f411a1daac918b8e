#include "simulate/spoiler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "event/visit_decoder.h"
#include "simulate/test_records.h"

namespace millrace {
namespace {

constexpr std::int64_t kMinuteMicros = 60'000'000;
constexpr std::int64_t kDayMicros = 24 * 60 * kMinuteMicros;
constexpr SpoilOptions kSomeOfEach = {.malformed = 20'000, .duplicates = 30'000, .late = 50'000};

// The time of a sound record by its text: the first that stands in it.
Timestamp time_of(const std::string& line) {
  const std::size_t at = line.find("\"20");
  const std::string text = at == std::string::npos ? line.substr(0, 19) : line.substr(at + 1, 26);
  return *parse_timestamp(text.substr(0, std::min(text.find('"'), text.find('Z'))));
}

class EveryShapeSpoiled : public testing::TestWithParam<Shape> {
 protected:
  static WorldOptions world() {
    auto options = test_world(5'000);
    options.visits = 5'000;
    options.days = 60;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Shapes, EveryShapeSpoiled, testing::ValuesIn(kSimulatedShapes),
                         [](const auto& shape) { return std::string(name(shape.param)); });

TEST_P(EveryShapeSpoiled, WithoutSharesNothingIsSpoiled) {
  const World options(world());
  const auto stream = open_record_stream(options, GetParam());
  std::string line;
  for (const std::string& written : write_all_records(world(), GetParam()).lines) {
    line.clear();
    ASSERT_TRUE(stream->next(line));
    ASSERT_EQ(line, written + "\n");
  }
  EXPECT_FALSE(stream->next(line));
}

// Sound records are told by being among those of the same world without any spoiling, where no two are equal
// (but for ecom_events, of which all equal ones are counted).
TEST_P(EveryShapeSpoiled, CountsAreWhatIsRead) {
  if (GetParam() == Shape::kVisits) return;  // some hold a spoiled event: below
  std::map<std::string, int> sound;
  for (const std::string& line : write_all_records(world(), GetParam()).lines) ++sound[line];
  const Written written = write_all_records(world(), GetParam(), kSomeOfEach);
  std::int64_t refused = 0;
  std::int64_t duplicates = 0;
  std::int64_t late = 0;
  Timestamp newest;
  std::map<std::string, int> seen;
  for (const std::string& line : written.lines) {
    const auto found = sound.find(line);
    if (found == sound.end()) {
      ++refused;
      continue;
    }
    if (++seen[line] > found->second) {
      ++duplicates;
      continue;
    }
    if (time_of(line).micros <= newest.micros - kMinuteMicros) ++late;
    newest = std::max(newest, time_of(line));
  }
  EXPECT_EQ(seen.size(), sound.size()) << "every sound record arrives";
  Truth truth(written.truth);
  const auto lines = static_cast<std::int64_t>(written.lines.size());
  EXPECT_EQ(truth.number("/records/written"), lines);
  EXPECT_EQ(truth.number("/records/refused"), refused);
  EXPECT_EQ(truth.number("/records/duplicates"), duplicates);
  EXPECT_EQ(truth.number("/records/stored"), lines - refused - duplicates);
  EXPECT_NEAR(static_cast<double>(truth.number("/records/late")), static_cast<double>(late), 2);
  EXPECT_GT(refused, 0);
  EXPECT_GT(late, 0);
  EXPECT_EQ(duplicates > 0, knows_duplicates(GetParam()));
  std::int64_t dead_letters = 0;
  for (const auto& [reason, count] : truth.counts("/records/dead_letters")) dead_letters += count;
  EXPECT_EQ(dead_letters, refused);
}

TEST_P(EveryShapeSpoiled, ArrivesInOrderAndCopiesOnTheirDay) {
  const Written written = write_all_records(world(), GetParam(), kSomeOfEach);
  EXPECT_TRUE(std::ranges::is_sorted(written.arrivals));
  if (!knows_duplicates(GetParam())) return;
  std::map<std::string, std::int64_t> day_of;
  for (std::size_t i = 0; i < written.lines.size(); ++i) {
    const std::int64_t day = written.arrivals[i].micros / kDayMicros;
    EXPECT_EQ(day_of.emplace(written.lines[i], day).first->second, day);
  }
}

TEST_P(EveryShapeSpoiled, ChangesNothingOfWhatIsTrueOfTheStored) {
  const auto without_records = [](const std::string& truth) { return truth.substr(truth.find("}}, ") + 4); };
  EXPECT_EQ(without_records(write_all_records(world(), GetParam()).truth),
            without_records(write_all_records(world(), GetParam(), kSomeOfEach).truth));
}

TEST_P(EveryShapeSpoiled, AllOfThemMayBe) {
  const SpoilOptions all = {
      .malformed = SpoilOptions::kAll, .duplicates = SpoilOptions::kAll, .late = SpoilOptions::kAll};
  const Written written = write_all_records(world(), GetParam(), all);
  const auto sound = static_cast<std::int64_t>(write_all_records(world(), GetParam()).lines.size());
  Truth truth(written.truth);
  EXPECT_EQ(truth.number("/records/stored"), sound);
  EXPECT_GE(written.arrivals.front(), world().start);
  std::int64_t dead_letters = 0;
  for (const auto& [reason, count] : truth.counts("/records/dead_letters")) dead_letters += count;
  EXPECT_EQ(dead_letters, sound);
}

TEST(SpoiledVisits, CountsAreWhatTheDecoderReads) {
  auto options = test_world();
  options.visits = 5'000;
  const Written written = write_all_records(options, Shape::kVisits, kSomeOfEach);
  VisitDecoder decoder;
  std::set<std::string> seen;
  Counts reasons;
  Counts found;
  for (const std::string& line : written.lines) {
    const std::string padded = line + std::string(VisitDecoder::kPadding, ' ');
    const DecodedVisit& decoded =
        decoder.decode(std::string_view(padded).substr(0, line.size()), *parse_timestamp("2030-01-01"));
    for (const Refusal& refusal : decoded.refusals) ++reasons[std::string(code(refusal.reason))];
    if (!decoded.readable) {
      ++found["refused"];
      continue;
    }
    found["refused_events"] += static_cast<std::int64_t>(decoded.refusals.size());
    if (seen.insert(line).second) {
      ++found["stored"];
      found["events"] += static_cast<std::int64_t>(decoded.visit.events.size());
    } else {
      ++found["duplicates"];
      found["duplicate_events"] += static_cast<std::int64_t>(decoded.visit.events.size());
      found["duplicate_items"] += static_cast<std::int64_t>(decoded.visit.items.size());
      EXPECT_TRUE(decoded.refusals.empty());
    }
  }
  Truth truth(written.truth);
  EXPECT_EQ(truth.number("/records/written"), static_cast<std::int64_t>(written.lines.size()));
  for (const char* count :
       {"stored", "duplicates", "duplicate_events", "duplicate_items", "refused", "refused_events"}) {
    EXPECT_EQ(truth.number(std::string("/records/") + count), found[count]) << count;
    EXPECT_GT(found[count], 0) << count;
  }
  EXPECT_EQ(truth.number("/events"), found["events"]);
  EXPECT_EQ(truth.counts("/records/dead_letters"), reasons);
  EXPECT_GT(reasons.size(), 12u);
}

TEST(Spoiler, SharesAreAbout) {
  const Written written = write_all_records(test_world(50'000), Shape::kClicks, kSomeOfEach);
  Truth truth(written.truth);
  EXPECT_NEAR(static_cast<double>(truth.number("/records/refused")), 1'000, 120);
  EXPECT_NEAR(static_cast<double>(truth.number("/records/duplicates")), 1'500, 150);
  EXPECT_NEAR(static_cast<double>(truth.number("/records/late")), 2'500, 250);
}

TEST(Spoiler, CopiesAreNearAndFar) {
  const Written written = write_all_records(test_world(50'000), Shape::kClicks, {.duplicates = 10'000});
  std::map<std::string, std::size_t> first;
  std::size_t next_to_it = 0;
  std::size_t far = 0;
  for (std::size_t i = 0; i < written.lines.size(); ++i) {
    const auto [found, is_new] = first.emplace(written.lines[i], i);
    if (is_new) continue;
    next_to_it += i - found->second == 1;
    far += i - found->second > 500;
  }
  EXPECT_GT(next_to_it, 150u);
  EXPECT_GT(far, 50u);
}

TEST(Spoiler, SameSeedSameBytes) {
  EXPECT_EQ(write_all_records(test_world(3'000), Shape::kOrders, kSomeOfEach).lines,
            write_all_records(test_world(3'000), Shape::kOrders, kSomeOfEach).lines);
}

}  // namespace
}  // namespace millrace
