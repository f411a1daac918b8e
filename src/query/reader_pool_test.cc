#include "query/reader_pool.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "query/test_warehouse.h"

namespace millrace {
namespace {

TEST(ReaderPool, GivesOutNoMoreThanItHas) {
  TestWarehouse warehouse;
  ReaderPool pool(warehouse.database, {.connections_max = 1, .wait_max = std::chrono::milliseconds(20)});
  {
    const auto lease = pool.acquire();
    ASSERT_TRUE(lease.has_value());
    const auto second = pool.acquire();
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(pool.acquire().has_value());
}

TEST(ReaderPool, TakesBackNoOpenTransaction) {
  TestWarehouse warehouse;
  ReaderPool pool(warehouse.database, {.connections_max = 1});
  ASSERT_TRUE((*pool.acquire())->execute("BEGIN").has_value());
  EXPECT_TRUE((*pool.acquire())->execute("BEGIN").has_value());
}

TEST(ReaderPool, ServesManyThreads) {
  TestWarehouse warehouse;
  ReaderPool pool(warehouse.database, {.connections_max = 2});
  std::atomic<int> answers = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) {
          const auto lease = pool.acquire();
          if (lease.has_value() && (*lease)->query("SELECT 1").has_value()) ++answers;
        }
      });
    }
  }
  EXPECT_EQ(answers, 160);
}

}  // namespace
}  // namespace millrace
