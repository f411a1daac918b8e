#include "warehouse/source_names.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "warehouse/schema.h"

namespace millrace {
namespace {

class SourceNamesTest : public testing::Test {
 protected:
  SourceNamesTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {
    EXPECT_TRUE(prepare_schema(connection_));
  }

  Database database_;
  Connection connection_;
};

TEST_F(SourceNamesTest, NumbersSourcesFromOneWithoutGapsAndKeepsTheNumbers) {
  const SourceName file{"visits", std::nullopt, "a.jsonl"};
  const SourceName partition{"visits", 0, ""};
  {
    auto names = SourceNames::open(*database_.connect());
    ASSERT_TRUE(names);
    EXPECT_EQ(names->id_of(file), 1u);
    EXPECT_EQ(names->id_of(partition), 2u);
    EXPECT_EQ(names->id_of(file), 1u);
  }
  auto names = SourceNames::open(*database_.connect());
  ASSERT_TRUE(names);
  EXPECT_EQ(names->id_of(partition), 2u);
  EXPECT_EQ(names->id_of(file), 1u);
  EXPECT_EQ(names->id_of({"visits", 1, ""}), 3u);
  EXPECT_EQ(connection_.query("SELECT count(*) FROM raw.sources")->integer(0, 0), 3);
}

TEST_F(SourceNamesTest, GivesOneNumberToOneSourceAcrossThreads) {
  auto names = SourceNames::open(*database_.connect());
  ASSERT_TRUE(names);
  std::mutex mutex;
  std::map<int, std::set<std::uint32_t>> seen;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto id = names->id_of({"visits", std::nullopt, "file-" + std::to_string(i)});
          ASSERT_TRUE(id) << id.error().message;
          const std::lock_guard lock(mutex);
          seen[i].insert(*id);
        }
      });
    }
  }
  std::set<std::uint32_t> all;
  for (const auto& [file, ids] : seen) {
    EXPECT_EQ(ids.size(), 1u) << file;
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), 50u);
  EXPECT_EQ(*all.rbegin(), 50u);
}

}  // namespace
}  // namespace millrace
