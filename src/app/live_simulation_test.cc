#include "app/live_simulation.h"

#include <gtest/gtest.h>

#include <atomic>

namespace millrace {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr Timestamp kStart{1'732'202'530'000'000};

// Time passes only while somebody waits, and then at once; sometimes more of it than was asked for.
class TestClock final : public LiveClock {
 public:
  Timestamp now() const override { return clock_.now(); }
  void wait_until(Timestamp time, const std::stop_token&) override {
    const bool stalls = stall_at_ && time >= *stall_at_;
    clock_.set({time.micros + (stalls ? stall_micros_ : 0)});
    if (stalls) stall_at_.reset();
    if (stop_at_ && time >= *stop_at_) stop_.request_stop();
  }
  void start_again() { clock_.set(kStart); }
  void stall(std::int64_t at, std::int64_t micros) {
    stall_at_ = Timestamp{kStart.micros + at};
    stall_micros_ = micros;
  }
  std::stop_token stop_at(std::int64_t at) {
    stop_at_ = Timestamp{kStart.micros + at};
    return stop_.get_token();
  }

 private:
  ManualClock clock_{kStart};
  std::optional<Timestamp> stall_at_;
  std::int64_t stall_micros_ = 0;
  std::optional<Timestamp> stop_at_;
  std::stop_source stop_;
};

class CountingSender final : public RecordSender {
 public:
  Result<SendAnswer> send(const RecordBatch& batch, const std::stop_token&) override {
    if (refuses_) return fail(ErrorCode::kIo, "refused for good");
    records_ += batch.records;
    return SendAnswer{};
  }
  std::atomic<std::uint64_t> records_ = 0;
  std::atomic<bool> refuses_ = false;
};

LiveShopOptions visits(std::uint64_t per_minute, std::vector<Burst> bursts = {}) {
  LiveShopOptions options;
  options.start = kStart;
  options.visits_per_minute = per_minute;
  options.bursts = std::move(bursts);
  return options;
}

class LiveSimulationTest : public testing::Test {
 protected:
  LiveProgress run(const LiveShopOptions& shop_options, std::stop_token stop = {}) {
    LiveShop shop(shop_options);
    SendQueue queue(sender_);
    LiveSimulation simulation(options_, shop, queue, clock_, [this](const LiveProgress&) { ++told_; });
    status_ = simulation.run(stop);
    const LiveProgress progress = simulation.progress();
    EXPECT_EQ(simulation.made(Shape::kVisits), progress.made);
    return progress;
  }

  LiveSimulationOptions options_{.topics = {{Shape::kVisits, "visits"}}, .for_micros = 10 * kMinute};
  TestClock clock_;
  CountingSender sender_;
  Status status_;
  int told_ = 0;
};

TEST_F(LiveSimulationTest, MakesExactlyTheVisitsAskedForAndAllAreAcknowledged) {
  for (const std::uint64_t per_minute : {1u, 60u, 1234u, 60'000u}) {
    clock_.start_again();
    sender_.records_ = 0;
    const LiveProgress progress = run(visits(per_minute));
    EXPECT_TRUE(status_.has_value());
    EXPECT_EQ(progress.made, 10 * per_minute);
    EXPECT_EQ(progress.sent.acknowledged_total, 10 * per_minute);
    EXPECT_EQ(sender_.records_, 10 * per_minute);
    EXPECT_EQ(progress.skipped_records, 0u);
    EXPECT_EQ(progress.running_micros, 10 * kMinute);
  }
}

TEST_F(LiveSimulationTest, ABurstComesOnTop) {
  const LiveProgress progress =
      run(visits(600, {{.after_micros = 2 * kMinute, .for_micros = 30 * kSecond, .times = 20}}));
  EXPECT_EQ(progress.made, 10 * 600u + 19 * 300u);
}

TEST_F(LiveSimulationTest, AfterAStallOnlyASecondIsMadeUpFor) {
  clock_.stall(kMinute, 100 * kSecond);
  const LiveProgress progress = run(visits(6000));
  EXPECT_TRUE(status_.has_value());
  EXPECT_EQ(progress.made + progress.skipped_records, 60'000u);
  EXPECT_NEAR(static_cast<double>(progress.skipped_records), 99 * 100.0, 100);
}

TEST_F(LiveSimulationTest, AStallBehindTheEndLeavesOutWhatWasMissed) {
  clock_.stall(5 * kMinute, 60 * kMinute);
  const LiveProgress progress = run(visits(6000));
  EXPECT_EQ(progress.made + progress.skipped_records, 60'000u);
  EXPECT_NEAR(static_cast<double>(progress.made), 30'100.0, 100);
}

TEST_F(LiveSimulationTest, MakesUpForAllOfAStallWhenTold) {
  options_.catch_up = true;
  clock_.stall(kMinute, 100 * kSecond);
  const LiveProgress progress = run(visits(6000));
  EXPECT_EQ(progress.made, 60'000u);
  EXPECT_EQ(progress.skipped_records, 0u);
}

TEST_F(LiveSimulationTest, GoesOnUntilItIsStoppedAndThenAllIsAcknowledged) {
  options_.for_micros.reset();
  const LiveProgress progress = run(visits(600), clock_.stop_at(3 * kMinute));
  EXPECT_TRUE(status_.has_value());
  EXPECT_NEAR(static_cast<double>(progress.made), 1800, 5);
  EXPECT_EQ(progress.sent.acknowledged_total, progress.made);
}

TEST_F(LiveSimulationTest, EndsWhenRecordsAreRefusedForGood) {
  options_.for_micros.reset();
  sender_.refuses_ = true;
  const LiveProgress progress = run(visits(600));
  ASSERT_FALSE(status_.has_value());
  EXPECT_EQ(status_.error().message, "refused for good");
  EXPECT_EQ(progress.sent.acknowledged_total, 0u);
}

TEST_F(LiveSimulationTest, TellsAboutOnceASecond) {
  run(visits(600));
  EXPECT_GE(told_, 400);
  EXPECT_LE(told_, 600);
}

}  // namespace
}  // namespace millrace
