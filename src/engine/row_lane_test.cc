// Flat records through epochs and the settlement: told apart by id, by fields or by position.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/limits.h"
#include "engine/ingest.h"
#include "engine/test_checks.h"
#include "event/test_contracts.h"

namespace millrace {
namespace {

// id, kind, amount: known by id; without an id by kind.
Contract contract_with_identity(bool by_id, bool by_fields) {
  TestContract contract("sales", RecordFormat::kCsv);
  contract.property("id").property("kind").required().property("amount", ValueType::kInteger);
  contract.known_by(by_id ? std::optional<std::string_view>("id") : std::nullopt,
                    by_fields ? std::vector<std::string_view>{"kind"} : std::vector<std::string_view>{});
  return contract.take();
}

class RowLaneTest : public testing::Test {
 protected:
  ScriptedBatch batch(const Contract& contract, std::vector<std::string> records,
                      std::string header = "id,kind,amount") {
    return {.partition = fmt::format("file-{}", ++batches_),
            .records = std::move(records),
            .contract = &contract,
            .header = std::move(header)};
  }

  Tally run(std::vector<ScriptedBatch> batches, unsigned workers = 1) {
    MemorySource source(std::move(batches));
    IngestProgress progress;
    const auto tally =
        sum_of(ingest(source, sink_, {.workers = workers, .expected_keys = 100}, progress, {}));
    EXPECT_TRUE(tally) << tally.error().message;
    EXPECT_EQ(sink_.tables().breaches, std::vector<std::string>{});
    EXPECT_TRUE(sink_.tables().pending.empty());
    return tally.value_or(Tally{});
  }

  MemorySink sink_;
  int batches_ = 0;
};

TEST_F(RowLaneTest, TheSameIdIsADuplicateInOneEpochAndInTheNext) {
  const Contract contract = contract_with_identity(true, false);
  EXPECT_EQ(run({batch(contract, {"a,x,1", "b,x,1", "a,x,1"})}).records, (TableTally{3, 2, 0, 1}));
  EXPECT_EQ(run({batch(contract, {"b,x,1", "c,x,1"})}).records, (TableTally{2, 1, 0, 1}));
  EXPECT_EQ(sink_.tables().rows.size(), 3u);
}

TEST_F(RowLaneTest, TheSameIdWithOtherValuesIsAConflictAndKeepsWhatIsStored) {
  const Contract contract = contract_with_identity(true, false);
  EXPECT_EQ(run({batch(contract, {"a,x,1", "a,x,2"})}).records, (TableTally{2, 1, 1, 0}));
  EXPECT_EQ(run({batch(contract, {"a,y,1"})}).records, (TableTally{1, 0, 1, 0}));
  ASSERT_EQ(sink_.tables().dead_letters.size(), 2u);
  for (const MemoryDeadLetter& letter : sink_.tables().dead_letters) {
    EXPECT_EQ(letter.reason, Reason::kIdConflict);
  }
  EXPECT_EQ(sink_.tables().dead_letters[1].payload, "a,y,1");
}

TEST_F(RowLaneTest, FieldsIdentifyWhatHasNoId) {
  const Contract contract = contract_with_identity(true, true);
  EXPECT_EQ(run({batch(contract, {",x,1", ",x,1", ",y,1", "a,x,1"})}).records, (TableTally{4, 3, 0, 1}));
}

TEST_F(RowLaneTest, EqualRowsAreAllStoredWhereThePositionIdentifies) {
  const Contract contract = contract_with_identity(false, false);
  EXPECT_EQ(run({batch(contract, {"a,x,1", "a,x,1"}), batch(contract, {"a,x,1"})}).records,
            (TableTally{3, 3, 0, 0}));
  EXPECT_EQ(sink_.tables().rows.size(), 3u);
}

TEST_F(RowLaneTest, ContractsDoNotMeet) {
  const Contract one = contract_with_identity(true, false);
  Contract other = contract_with_identity(true, false);
  other.name = "others";
  EXPECT_EQ(run({batch(one, {"a,x,1"}), batch(other, {"a,x,1"}),
                 batch(test_visit_contract(), {visit_message(1, {view_event(1)})})})
                .records,
            (TableTally{3, 3, 0, 0}));
}

TEST_F(RowLaneTest, EachBatchIsReadUnderItsOwnHeaderAlsoWhenItIsSettled) {
  const Contract contract = contract_with_identity(true, false);
  EXPECT_EQ(run({batch(contract, {"a,x,1"}), batch(contract, {"1,x,a", "2,x,a"}, "amount,kind,id")}).records,
            (TableTally{3, 1, 1, 1}));
}

TEST_F(RowLaneTest, RecordsUnderAHeaderThatLacksARequiredColumnAreRefusedEachWithIt) {
  const Contract contract = contract_with_identity(true, false);
  const Tally tally = run({batch(contract, {"a,1", "b,2"}, "id,amount")});
  EXPECT_EQ(tally.records, (TableTally{2, 0, 2, 0}));
  EXPECT_EQ(sink_.tables().dead_letters[0].reason, Reason::kHeaderChanged);
}

// Whatever the order, the cuts and the workers: each id once, with the first values seen of it, the rest
// counted.
TEST_F(RowLaneTest, StoresEachIdOnceInAnyOrderAndCutAndNumberOfWorkers) {
  const Contract contract = contract_with_identity(true, false);
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    sink_.tables() = {};
    std::vector<ScriptedBatch> batches;
    std::map<std::string, int> times;
    for (int i = 0; i < 12; ++i) {
      std::vector<std::string> records;
      for (unsigned count = random() % 8; count > 0; --count) {
        const std::string record = fmt::format("id-{},x,1", random() % 15);
        ++times[record];
        records.push_back(record);
      }
      batches.push_back(batch(contract, records));
      batches.back().input_bytes = random() % 3 == 0 ? kEpochInputMax : 1;
    }
    std::uint64_t received = 0;
    for (const auto& [record, count] : times) received += static_cast<std::uint64_t>(count);
    EXPECT_EQ(run(batches, 1 + seed % 3).records,
              (TableTally{received, times.size(), 0, received - times.size()}))
        << "seed " << seed;
    EXPECT_EQ(sink_.tables().rows.size(), times.size());
  }
}

}  // namespace
}  // namespace millrace
