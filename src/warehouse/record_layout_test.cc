#include "warehouse/record_layout.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "event/builtin_contracts.h"
#include "event/test_contracts.h"

namespace millrace {
namespace {

const Contract& csv() {
  static const Contract contract =
      TestContract("sales", RecordFormat::kCsv).property("id").required().property("note").take();
  return contract;
}

struct SplitRecord {
  std::int64_t line;
  std::string bytes;
  bool unterminated = false;

  friend bool operator==(const SplitRecord&, const SplitRecord&) = default;
};

std::vector<SplitRecord> split(const Contract& contract, std::string_view chunk,
                               std::optional<std::int64_t> header_line = std::nullopt) {
  RecordBatch batch;
  RecordLayout(contract).split(chunk, 1, batch);
  EXPECT_EQ(batch.header_line, header_line);
  std::vector<SplitRecord> records;
  for (const SourceRecord& record : batch.records) {
    records.push_back({record.place, std::string(record.bytes), record.unterminated});
  }
  return records;
}

TEST(RecordLayout, JsonLinesEndAtTheLastNewline) {
  const RecordLayout layout(visit_contract());
  EXPECT_EQ(layout.whole_records("{}\n{}\n{", false), 6u);
  EXPECT_EQ(layout.whole_records("{", true), 0u);
  EXPECT_FALSE(layout.header_at_front("id,note\n", true));
  EXPECT_EQ(split(visit_contract(), "one\r\n\n two\n"), (std::vector<SplitRecord>{{1, "one"}, {3, " two"}}));
}

TEST(RecordLayout, CsvRecordsMayGoOverLines) {
  const RecordLayout layout(csv());
  EXPECT_EQ(layout.whole_records("1,\"a\nb\"\n2,c\n3", false), 12u);
  EXPECT_EQ(layout.whole_records("1,\"a\nb", false), 0u);
  EXPECT_EQ(split(csv(), "1,\"a\nb\"\n2,c\n"), (std::vector<SplitRecord>{{1, "1,\"a\nb\""}, {3, "2,c"}}));
}

TEST(RecordLayout, AHeaderAtTheFrontIsPassedOverAndOneBehindItEndsTheChunk) {
  const RecordLayout layout(csv());
  EXPECT_EQ(layout.header_at_front("id,note\n1,a\n", false)->bytes, "id,note");
  EXPECT_EQ(layout.whole_records("id,note\n1,a\nnote,id\nb,2\n", true), 12u);
  EXPECT_EQ(split(csv(), "id,note\n1,a\n", 1), (std::vector<SplitRecord>{{2, "1,a"}}));
}

TEST(RecordLayout, WhereTheContractSaysThereIsNoHeaderNoneIsLookedFor) {
  Contract bare = csv();
  bare.header = HeaderLine::kNone;
  EXPECT_FALSE(RecordLayout(bare).header_at_front("id,note\n", true));
  EXPECT_EQ(split(bare, "id,note\n"), (std::vector<SplitRecord>{{1, "id,note"}}));
}

TEST(RecordLayout, AQuoteThatIsNeverClosedCostsItsLineOnly) {
  EXPECT_EQ(split(csv(), "1,\"a\n2,b\n3,c\n"),
            (std::vector<SplitRecord>{{1, "1,\"a", true}, {2, "2,b"}, {3, "3,c"}}));
}

// However the file is cut, its records are the same.
TEST(RecordLayout, ChunksHoldWholeRecordsWhereverTheWindowEnds) {
  const std::string file = "id,note\n1,\"x\r\ny\"\n2,z\nnote,id\n\"q\n\n\",3\nw,4\n";
  const RecordLayout layout(csv());
  for (std::size_t window = 8; window <= file.size(); ++window) {
    std::vector<std::string> records;
    std::size_t at = 0;
    while (at < file.size()) {
      const std::string_view text = std::string_view(file).substr(at, window);
      const bool at_end = at + text.size() == file.size();
      const std::size_t length = layout.whole_records(text, at_end);
      if (length == 0) break;  // a record longer than the window
      RecordBatch batch;
      layout.split(text.substr(0, length), 1, batch);
      for (const SourceRecord& record : batch.records) records.emplace_back(record.bytes);
      at += length;
    }
    if (at < file.size()) continue;
    EXPECT_EQ(records, (std::vector<std::string>{"1,\"x\r\ny\"", "2,z", "\"q\n\n\",3", "w,4"})) << window;
  }
}

class RecordLayoutTest : public testing::Test {
 protected:
  // The records of a chunk, and the line of its header.
  RecordBatch split(std::string_view chunk) const {
    RecordBatch batch;
    RecordLayout(contract_).split(chunk, 1, batch);
    return batch;
  }

  std::string_view whole(std::string_view text, bool at_end = true) const {
    return text.substr(0, RecordLayout(contract_).whole_records(text, at_end));
  }

  const Contract contract_ =
      TestContract("notes", RecordFormat::kCsv).property("id").property("comment").property("color").take();
};

TEST_F(RecordLayoutTest, TakesTheHeaderOffWhateverColumnComesFirst) {
  for (const char* header : {"id,comment,color", "color,id,comment", ",id,comment,color",
                             "row,id,comment,color", "\"id\",\"comment\",\"color\""}) {
    const RecordBatch batch = split(std::string(header) + "\n1,fine,red\n");
    EXPECT_EQ(batch.header_line, 1) << header;
    EXPECT_EQ(batch.records.size(), 1u) << header;
  }
}

TEST_F(RecordLayoutTest, EndsBeforeAHeaderThatStandsFurtherBehind) {
  EXPECT_EQ(whole("id,comment,color\n1,fine,red\nid,color,comment\n2,red,fine\n"),
            "id,comment,color\n1,fine,red\n");
}

TEST_F(RecordLayoutTest, ARecordWithTheNameOfAColumnAsValueIsNoHeader) {
  constexpr std::string_view kText = "id,comment,color\n1,fine,red\nideal,comment,red\n3,ok,blue\n";
  EXPECT_EQ(whole(kText), kText);
  EXPECT_EQ(split(kText).records.size(), 3u);
}

TEST_F(RecordLayoutTest, LeavesALineThatIsNotEnded) {
  EXPECT_EQ(whole("1,fine,red\n2,o"), "1,fine,red\n");
  EXPECT_EQ(whole("1,fine,red"), "");
  EXPECT_EQ(whole("1,\"fine\nand", false), "");
}

}  // namespace
}  // namespace millrace
