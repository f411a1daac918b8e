#include "log/commit_queue.h"

#include <gtest/gtest.h>

#include <latch>
#include <string>

namespace millrace {
namespace {

// Does a number of turns, and writes its name down at each.
class Turns final : public QueuedWork {
 public:
  Turns(std::string name, int turns, std::vector<std::string>& done)
      : name_(std::move(name)), left_(turns), done_(done) {}

  bool take_turn(EndedAppends&) override {
    done_.push_back(name_);
    return --left_ > 0;
  }

 private:
  const std::string name_;
  int left_;
  std::vector<std::string>& done_;
};

class Gate final : public QueuedWork {
 public:
  bool take_turn(EndedAppends&) override {
    begun.count_down();
    open.wait();
    return false;
  }
  std::latch begun{1};
  std::latch open{1};
};

TEST(CommitQueue, GivesTurnsInTheOrderInWhichTheyWereAskedFor) {
  std::vector<std::string> done;
  CommitQueue queue(1);
  const auto gate = std::make_shared<Gate>();
  queue.push(gate);
  queue.push(std::make_shared<Turns>("a", 3, done));
  queue.push(std::make_shared<Turns>("b", 1, done));
  gate->open.count_down();
  queue.finish();
  EXPECT_EQ(done, (std::vector<std::string>{"a", "b", "a", "a"}));
}

TEST(CommitQueue, FinishesWhatIsQueuedBeforeItEnds) {
  std::vector<std::string> done;
  {
    CommitQueue queue(1);
    queue.push(std::make_shared<Turns>("a", 100, done));
  }
  EXPECT_EQ(done.size(), 100u);
}

TEST(CommitQueue, TellsHowLongATurnTakes) {
  CommitQueue queue(2);
  EXPECT_EQ(queue.longest_turn().count(), 0);
  const auto gate = std::make_shared<Gate>();
  queue.push(gate);
  gate->begun.wait();
  EXPECT_GT(queue.longest_turn().count(), 0);
  gate->open.count_down();
  queue.finish();
  EXPECT_EQ(queue.longest_turn().count(), 0);
}

}  // namespace
}  // namespace millrace
