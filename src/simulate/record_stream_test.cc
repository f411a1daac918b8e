#include "simulate/record_stream.h"

#include <gtest/gtest.h>

#include <set>

#include "base/hash.h"
#include "simulate/test_records.h"

namespace millrace {
namespace {

std::string first_bytes(const WorldOptions& options, Shape shape, std::size_t size) {
  const World world(options);
  const auto stream = open_record_stream(world, shape);
  std::string bytes(header_line(shape));
  while (bytes.size() < size && stream->next(bytes)) {
  }
  return bytes;
}

class EveryShape : public testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape, testing::ValuesIn(kSimulatedShapes),
                         [](const auto& shape) { return std::string(name(shape.param)); });

TEST_P(EveryShape, SameSeedSameBytes) {
  const auto options = test_world();
  EXPECT_EQ(first_bytes(options, GetParam(), 100'000), first_bytes(options, GetParam(), 100'000));
}

// Another machine, compiler or library must write these bytes too. A wanted change of them is a change of
// every shop that anybody has simulated: say so.
TEST_P(EveryShape, BytesNeverChangeUnnoticed) {
  const std::map<Shape, std::uint64_t> golden = {
      {Shape::kVisits, 788802353091771690u},         {Shape::kClicks, 12103768357833490954u},
      {Shape::kTransactions, 213179595715865607u},   {Shape::kStock, 6398223408811435739u},
      {Shape::kEcomEvents, 6635033136420844209u},    {Shape::kOrders, 13483914003461476645u},
      {Shape::kCatalogChanges, 4949375221183925193u}};
  auto options = test_world();
  options.campaigns = 3;
  EXPECT_EQ(hash64(first_bytes(options, GetParam(), 200'000)), golden.at(GetParam()));
}

TEST_P(EveryShape, TimesAreInOrderAndWithinTheDays) {
  const World world(test_world());
  const auto stream = open_record_stream(world, GetParam());
  Timestamp last = world.options().start;
  std::string line;
  std::uint64_t count = 0;
  while (stream->next(line)) {
    ASSERT_GE(stream->time(), last);
    last = stream->time();
    ++count;
    line.clear();
  }
  EXPECT_GT(count, 500u);
  EXPECT_LT(last.micros, world.options().start.micros + world.options().days * 86'400'000'000);
  EXPECT_GT(last.micros, world.options().start.micros + (world.options().days - 1) * 86'400'000'000);
}

TEST_P(EveryShape, NothingIsAppendedAfterTheEnd) {
  auto options = test_world(50);
  options.visits = 50;
  const World world(options);
  const auto stream = open_record_stream(world, GetParam());
  std::string bytes;
  while (stream->next(bytes)) {
  }
  const std::string all = bytes;
  EXPECT_FALSE(stream->next(bytes));
  EXPECT_EQ(bytes, all);
}

TEST_P(EveryShape, OneVisitIsAWorldToo) {
  auto options = test_world();
  options.visits = 1;
  options.days = 1;
  const Written written = write_all_records(options, GetParam());
  EXPECT_EQ(Truth(written.truth).number("/records/written"), static_cast<std::int64_t>(written.lines.size()));
}

std::set<std::string> ids(std::uint64_t seed, Shape shape, const std::string& member) {
  auto options = test_world(500);
  options.seed = seed;
  std::set<std::string> ids;
  for (const std::string& line : write_all_records(options, shape).lines) {
    const std::string id = json_fields(line).value().at(member);
    EXPECT_TRUE(ids.insert(id).second) << id;
  }
  return ids;
}

TEST(EventIds, AreUniqueHoldTheSeedAndAreOthersForOtherSeeds) {
  for (const Shape shape : {Shape::kClicks, Shape::kTransactions, Shape::kStock, Shape::kOrders}) {
    const std::string member = shape == Shape::kOrders ? "order_id" : "event_id";
    const std::set<std::string> all = ids(7, shape, member);
    for (const std::string& id : all) EXPECT_NE(id.find("-7-"), std::string::npos);
    for (const std::string& id : ids(8, shape, member)) EXPECT_FALSE(all.contains(id)) << id;
  }
}

TEST(EventIds, AreOthersForOtherDays) {
  auto later = test_world(10);
  later.start = *parse_timestamp("2024-08-01");
  const auto here = json_fields(write_all_records(test_world(10), Shape::kClicks).lines.front());
  const auto there = json_fields(write_all_records(later, Shape::kClicks).lines.front());
  EXPECT_NE(here->at("event_id"), there->at("event_id"));
  EXPECT_NE(here->at("user_id"), there->at("user_id"));
}

TEST(WorldIds, CustomersProductsAndVendorsOfOtherSeedsAreOthers) {
  auto other = test_world(100);
  other.seed = 2;
  std::set<std::string> first;
  for (const std::string& line : write_all_records(test_world(100), Shape::kOrders).lines) {
    for (const char* member : {"customer_id", "vendor_id", "item_sku"}) {
      first.insert(json_fields(line)->at(member));
    }
  }
  for (const std::string& line : write_all_records(other, Shape::kOrders).lines) {
    for (const char* member : {"customer_id", "vendor_id", "item_sku"}) {
      EXPECT_FALSE(first.contains(json_fields(line)->at(member)));
    }
  }
}

TEST(WorldOptionsCheck, SaysWhatToChange) {
  const auto error = [](auto change, Shape shape = Shape::kClicks) {
    auto options = test_world();
    change(options);
    const Status status = check(options, shape);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(error([](auto&) {}), "");
  EXPECT_EQ(error([](auto& options) { options.products = 10; }), "10 products: expected 50 to 1000000");
  EXPECT_EQ(error([](auto& options) { options.users = 0; }), "0 users: expected 1 to 10000000");
  EXPECT_EQ(error([](auto& options) { options.campaigns = 1001; }), "1001 campaigns: expected 0 to 1000");
  EXPECT_EQ(error([](auto& options) { options.events = 0; }), "0 events: expected 1 to 10000000000");
  EXPECT_NE(error([](auto& options) { options.visits = kSimulatedRecordsMax; }).find("fewer visits"),
            std::string::npos);
  EXPECT_EQ(error([](auto& options) { options.visits = kSimulatedRecordsMax; }, Shape::kVisits), "");
}

}  // namespace
}  // namespace millrace
