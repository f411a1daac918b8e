#include "warehouse/record_layout.h"

#include <gtest/gtest.h>

#include "event/test_contracts.h"

namespace millrace {
namespace {

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
