#include "warehouse/chunk_appender.h"

#include <gtest/gtest.h>

#include <limits>

namespace millrace {
namespace {

class ChunkAppenderTest : public testing::Test {
 protected:
  ChunkAppenderTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {}

  Result<QueryResult> query(const std::string& sql) { return connection_.query(sql); }
  std::string value(const std::string& sql) {
    auto result = connection_.query(sql);
    EXPECT_TRUE(result) << result.error().message;
    return result && result->row_count() > 0 ? result->text(0, 0) : "";
  }

  Database database_;
  Connection connection_;
};

TEST_F(ChunkAppenderTest, WritesEveryTypeWithItsBoundsAndNulls) {
  ASSERT_TRUE(connection_.execute(
      "CREATE TYPE colour AS ENUM ('red', 'green', 'blue');"
      "CREATE TABLE t (u64 UBIGINT, i64 BIGINT, u32 UINTEGER, i32 INTEGER, u8 colour, f DOUBLE, b BOOLEAN, "
      "time TIMESTAMP, money DECIMAL(18,4), words VARCHAR, bytes BLOB)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  const auto fill = [&](bool low) {
    row->begin_row();
    row->put(low ? std::uint64_t{0} : std::numeric_limits<std::uint64_t>::max());
    row->put(low ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max());
    row->put(low ? std::uint32_t{0} : std::numeric_limits<std::uint32_t>::max());
    row->put(low ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int32_t>::max());
    row->put(low ? std::uint8_t{0} : std::uint8_t{2});
    row->put(low ? -1.5 : 1e300);
    row->put(!low);
    row->put(Timestamp{low ? std::int64_t{-1} : std::int64_t{1'719'824'400'000'001}});
    row->put(Decimal{low ? -999'999'999'999'999'999 : 999'999'999'999'999'999});
    row->put(low ? std::string_view("") : std::string_view("ü€😀 and more than twelve"));
    row->put(std::string_view("\0\xff\n", 3));
    ASSERT_TRUE(row->end_row());
  };
  fill(true);
  row->begin_row();
  for (int i = 0; i < 11; ++i) row->skip();
  ASSERT_TRUE(row->end_row());
  row->begin_row();
  row->put(std::optional<std::uint64_t>());
  row->put(std::optional<std::int64_t>());
  row->put(std::optional<std::uint32_t>());
  row->put(std::optional<std::int32_t>(7));
  row->put(std::optional<std::uint8_t>());
  for (int i = 0; i < 4; ++i) row->skip();
  row->put(std::string_view());
  row->put(std::string_view());
  ASSERT_TRUE(row->end_row());
  fill(false);
  EXPECT_EQ(row->row_count(), 4u);
  ASSERT_TRUE(row->close());

  auto rows = query("SELECT * REPLACE (u8::VARCHAR AS u8) FROM t");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->row_count(), 4u);
  const std::vector<std::string> low = {"0",
                                        "-9223372036854775808",
                                        "0",
                                        "-2147483648",
                                        "red",
                                        "-1.5",
                                        "false",
                                        "1969-12-31 23:59:59.999999",
                                        "-99999999999999.9999",
                                        ""};
  const std::vector<std::string> high = {"18446744073709551615",
                                         "9223372036854775807",
                                         "4294967295",
                                         "2147483647",
                                         "blue",
                                         "1e+300",
                                         "true",
                                         "2024-07-01 09:00:00.000001",
                                         "99999999999999.9999",
                                         "ü€😀 and more than twelve"};
  for (std::size_t i = 0; i < low.size(); ++i) {
    EXPECT_EQ(rows->text(0, i), low[i]);
    EXPECT_FALSE(rows->is_null(0, i));
    EXPECT_TRUE(rows->is_null(1, i));
    EXPECT_EQ(rows->is_null(2, i), i != 3);
    EXPECT_EQ(rows->text(3, i), high[i]);
  }
  EXPECT_TRUE(rows->is_null(1, 10));
  EXPECT_TRUE(rows->is_null(2, 10));
  EXPECT_EQ(rows->blob(3, 10), std::string("\0\xff\n", 3));
}

// Texts of the lengths at which DuckDB stores them differently, over the borders of chunks.
TEST_F(ChunkAppenderTest, WritesTextsOfEveryLengthOverTheBordersOfChunks) {
  constexpr std::size_t kLengths[] = {0, 1, 4, 11, 12, 13, 100, 70'000};
  for (const std::size_t count : {0u, 1u, 2047u, 2048u, 2049u, 6200u}) {
    ASSERT_TRUE(
        connection_.execute("CREATE OR REPLACE TABLE t (number BIGINT, words VARCHAR, again VARCHAR)"));
    auto row = ChunkAppender::open(connection_, "main", "t");
    ASSERT_TRUE(row);
    std::string words;
    for (std::size_t i = 0; i < count; ++i) {
      // The long ones now and then: 70,000 bytes over and over would only test patience.
      const std::size_t length = i % 501 == 500 ? kLengths[7] : kLengths[i % 7];
      words.assign(length, static_cast<char>('a' + i % 26));
      row->begin_row();
      row->put(static_cast<std::int64_t>(i));
      row->put(std::string_view(words));
      if (i % 3 == 0) {
        row->skip();
      } else {
        row->put(std::string_view(words));
      }
      ASSERT_TRUE(row->end_row());
      std::ranges::fill(words, '!');  // the bytes have been copied
    }
    EXPECT_EQ(row->row_count(), count);
    ASSERT_TRUE(row->close());
    EXPECT_EQ(value("SELECT count(*) FROM t"), std::to_string(count));
    EXPECT_EQ(
        value("SELECT count(*) FROM t WHERE words IS DISTINCT FROM repeat(chr((97 + number % 26)::INTEGER), "
              "CASE WHEN number % 501 = 500 THEN 70000 ELSE [0, 1, 4, 11, 12, 13, 100][number % 7 + 1] END)"),
        "0");
    EXPECT_EQ(
        value("SELECT count(*) FROM t WHERE again IS DISTINCT FROM CASE WHEN number % 3 <> 0 THEN words END"),
        "0");
  }
}

TEST_F(ChunkAppenderTest, ForgetsTheNullsOfTheChunkBefore) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (a INTEGER, b VARCHAR)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  for (int i = 0; i < 3 * 2048; ++i) {
    row->begin_row();
    if ((i / 2048) % 2 == 0) {
      row->put(i);
      row->put(std::string_view("something of some length"));
    } else {
      row->skip();
      row->skip();
    }
    ASSERT_TRUE(row->end_row());
  }
  ASSERT_TRUE(row->close());
  EXPECT_EQ(value("SELECT count(a) || ' ' || count(b) || ' ' || count(*) FROM t"), "4096 4096 6144");
}

TEST_F(ChunkAppenderTest, RowsBelongToTheTransactionOfItsConnection) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (a INTEGER)"));
  ASSERT_TRUE(connection_.execute("BEGIN"));
  {
    auto row = ChunkAppender::open(connection_, "main", "t");
    ASSERT_TRUE(row);
    for (int i = 0; i < 5000; ++i) {
      row->begin_row();
      row->put(i);
      ASSERT_TRUE(row->end_row());
    }
    ASSERT_TRUE(row->close());
  }
  Connection other = *database_.connect();
  EXPECT_EQ(other.query("SELECT count(*) FROM t")->integer(0, 0), 0);
  ASSERT_TRUE(connection_.execute("ROLLBACK"));
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
}

TEST_F(ChunkAppenderTest, ARowThatBreaksARuleOfTheTableIsAnError) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (a INTEGER NOT NULL)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  row->begin_row();
  row->skip();
  ASSERT_TRUE(row->end_row());
  const Status closed = row->close();
  ASSERT_FALSE(closed);
  EXPECT_NE(closed.error().message.find("NOT NULL"), std::string::npos) << closed.error().message;
}

TEST_F(ChunkAppenderTest, ATableThatIsNotThereIsAnError) {
  EXPECT_FALSE(ChunkAppender::open(connection_, "main", "nothing"));
}

// A statement that fails takes nothing, and says why.
TEST_F(ChunkAppenderTest, TellsWhatTheTableRefuses) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (number BIGINT NOT NULL)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  row->begin_row();
  row->skip();
  ASSERT_TRUE(row->end_row());
  const Status closed = row->close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::kIo);
  EXPECT_NE(closed.error().message.find("NOT NULL"), std::string::npos) << closed.error().message;
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
}

// Many chunks, of which only some have NULL: none is left from the chunk that had the memory before.
TEST_F(ChunkAppenderTest, NullsStayInTheirChunks) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (number BIGINT, words VARCHAR)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  constexpr std::int64_t kRows = 60'000;
  const auto is_null = [](std::int64_t i) { return i / 2048 % 3 == 0 && i % 5 == 0; };
  std::int64_t nulls = 0;
  for (std::int64_t i = 0; i < kRows; ++i) {
    row->begin_row();
    row->put(i);
    if (is_null(i)) {
      row->skip();
      ++nulls;
    } else {
      row->put(std::string_view("words of more than twelve bytes"));
    }
    ASSERT_TRUE(row->end_row());
  }
  ASSERT_TRUE(row->close());
  EXPECT_EQ(value("SELECT count(*) || ' ' || count(DISTINCT number) FROM t"), "60000 60000");
  EXPECT_EQ(value("SELECT count(*) FROM t WHERE words IS NULL"), std::to_string(nulls));
  EXPECT_EQ(
      value("SELECT count(*) FROM t WHERE (words IS NULL) <> (number // 2048 % 3 = 0 AND number % 5 = 0)"),
      "0");
}

// Its rows belong to one thread's statement; a person's SQL cannot come near them.
TEST_F(ChunkAppenderTest, NoOtherStatementTakesTheRows) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (number BIGINT)"));
  auto row = ChunkAppender::open(connection_, "main", "t");
  ASSERT_TRUE(row);
  row->begin_row();
  row->put(std::int64_t{7});
  ASSERT_TRUE(row->end_row());
  EXPECT_FALSE(query("SELECT * FROM millrace_chunk_feed()"));
  ASSERT_TRUE(row->close());
  EXPECT_FALSE(query("SELECT * FROM millrace_chunk_feed()"));
  EXPECT_EQ(value("SELECT number FROM t"), "7");
}

}  // namespace
}  // namespace millrace
