#include "query/result_writer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "query/test_warehouse.h"

namespace millrace {
namespace {

class ResultWriting : public testing::Test {
 protected:
  std::string json(std::string_view sql) { return warehouse_.ask(sql, ResultFormat::kNdjson); }
  std::string csv(std::string_view sql) { return warehouse_.ask(sql, ResultFormat::kCsv); }
  std::string table(std::string_view sql) { return warehouse_.ask(sql, ResultFormat::kTable); }

  TestWarehouse warehouse_;
};

TEST_F(ResultWriting, JsonIsOneArrayOfObjects) {
  EXPECT_EQ(warehouse_.ask("FROM (VALUES (1, 'x'), (2, NULL)) t(a, b) ORDER BY a", ResultFormat::kJson),
            "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":null}\n]\n");
  EXPECT_EQ(warehouse_.ask("SELECT 1 AS a WHERE false", ResultFormat::kJson), "[]\n");
}

TEST_F(ResultWriting, NumbersThatJavaScriptWouldRoundAreStrings) {
  EXPECT_EQ(json("SELECT 9007199254740991 AS a, 9007199254740992 AS b, -9007199254740992 AS c, "
                 "1.50::DECIMAL(18,4) AS d, "
                 "18446744073709551615::UBIGINT AS e, 7::HUGEINT AS f, "
                 "-170141183460469231731687303715884105727::HUGEINT AS g"),
            R"({"a":9007199254740991,"b":"9007199254740992","c":"-9007199254740992","d":"1.5000",)"
            R"("e":"18446744073709551615","f":7,"g":"-170141183460469231731687303715884105727"})"
            "\n");
  EXPECT_EQ(json("SELECT 0.1::DOUBLE AS a, 'nan'::DOUBLE AS b, '-inf'::DOUBLE AS c, 0.25::FLOAT AS d"),
            R"({"a":0.1,"b":"NaN","c":"-Infinity","d":0.25})"
            "\n");
}

TEST_F(ResultWriting, DecimalsAreExact) {
  EXPECT_EQ(
      json("SELECT -0.05::DECIMAL(4,2) AS a, 7::DECIMAL(9,0) AS b, 12345678901234.5678::DECIMAL(18,4) AS c, "
           "99999999999999999999999999999999.999999::DECIMAL(38,6) AS d"),
      R"({"a":"-0.05","b":"7","c":"12345678901234.5678","d":"99999999999999999999999999999999.999999"})"
      "\n");
}

TEST_F(ResultWriting, TimesAreIso8601) {
  EXPECT_EQ(
      json("SELECT TIMESTAMP '2024-07-01 09:00:00' AS a, TIMESTAMP '2024-07-01 09:00:00.25' AS b, DATE "
           "'2024-02-29' AS c, "
           "TIME '09:00:01.5' AS d, INTERVAL '1 year 2 months 3 days 4.5 seconds' AS e, "
           "'infinity'::TIMESTAMP AS f, "
           "'1960-01-01 00:00:00.000000001'::TIMESTAMP_NS AS g, '2024-07-01 11:00:00+02'::TIMESTAMPTZ AS h, "
           "'2024-07-01'::TIMESTAMP_S AS i, '09:00:00+02'::TIMETZ AS j"),
      R"({"a":"2024-07-01T09:00:00Z","b":"2024-07-01T09:00:00.25Z","c":"2024-02-29","d":"09:00:01.5",)"
      R"("e":"P1Y2M3DT4.5S","f":"infinity","g":"1960-01-01T00:00:00.000000001Z","h":"2024-07-01T09:00:00Z",)"
      R"("i":"2024-07-01T00:00:00Z","j":"09:00:00+02:00"})"
      "\n");
}

TEST_F(ResultWriting, BlobsAreBase64InJsonAndHexElsewhere) {
  EXPECT_EQ(json(R"(SELECT '\xFF\x00a'::BLOB AS a, 'ab'::BLOB AS b, ''::BLOB AS c)"),
            R"({"a":"/wBh","b":"YWI=","c":""})"
            "\n");
  EXPECT_EQ(csv(R"(SELECT '\xFF\x00a'::BLOB AS a)"), "a\n\\xff0061\n");
}

TEST_F(ResultWriting, NestedValuesAreJson) {
  EXPECT_EQ(
      json("SELECT [1, NULL] AS a, {'x': 1, 'y': [{'z': 'q'}]} AS b, MAP {'k': 1.5} AS c, [1, 2]::INTEGER[2] "
           "AS d, "
           "'{\"a\" : [1,\n 2.50]}'::JSON AS e, 'b'::ENUM('a', 'b') AS f, union_value(n := 2) AS g, "
           "'6ab02a3c-1f6b-4f3e-9d7c-0123456789ab'::UUID AS h, [[1], []] AS i, true AS j"),
      R"({"a":[1,null],"b":{"x":1,"y":[{"z":"q"}]},"c":{"k":"1.5"},"d":[1,2],"e":{"a":[1,2.50]},"f":"b","g":2,)"
      R"("h":"6ab02a3c-1f6b-4f3e-9d7c-0123456789ab","i":[[1],[]],"j":true})"
      "\n");
  EXPECT_EQ(csv("SELECT [1, 2] AS a, {'x': 'y'} AS b"), "a,b\n\"[1,2]\",\"{\"\"x\"\":\"\"y\"\"}\"\n");
}

TEST_F(ResultWriting, TextIsEscapedInJson) {
  EXPECT_EQ(json("SELECT E'a\"\\\\\\n<b>' AS a, 'Zürich 🏔' AS b"),
            "{\"a\":\"a\\\"\\\\\\n\\u003cb>\",\"b\":\"Zürich 🏔\"}\n");
}

TEST_F(ResultWriting, ColumnsOfOneNameStayApart) {
  EXPECT_EQ(json("SELECT 1 AS a, 2 AS a, 3 AS a_1"), "{\"a\":1,\"a_1\":2,\"a_1_1\":3}\n");
}

TEST_F(ResultWriting, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(
      csv("SELECT 'a,b' AS \"x\"\"y\", 'say \"hi\"' AS b, E'two\\nlines' AS c, NULL AS d, '' AS e, 1 AS f"),
      "\"x\"\"y\",b,c,d,e,f\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,\"\",1\n");
}

TEST_F(ResultWriting, CsvDisarmsFormulasButNoNumbers) {
  const std::string sql =
      "SELECT '=1+1' AS a, '@x' AS b, '+x' AS c, E'\\tx' AS d, '-5' AS e, -5 AS f, '-5-3' AS g, '+1.5e3' AS "
      "h";
  EXPECT_EQ(csv(sql), "a,b,c,d,e,f,g,h\n'=1+1,'@x,'+x,'\tx,-5,-5,'-5-3,+1.5e3\n");
  QueryOptions options;
  options.format = ResultFormat::kCsv;
  options.guard_csv_formulas = false;
  EXPECT_EQ(warehouse_.ask(sql, options), "a,b,c,d,e,f,g,h\n=1+1,@x,+x,\tx,-5,-5,-5-3,+1.5e3\n");
}

TEST_F(ResultWriting, TablesAreAligned) {
  EXPECT_EQ(table("FROM (VALUES ('mobile', 5), ('東京', 1234), (NULL, NULL)) t(device, visits)"),
            "device  visits\n"
            "──────  ──────\n"
            "mobile       5\n"
            "東京      1234\n"
            "NULL      NULL\n"
            "(3 rows)\n");
  EXPECT_EQ(table("SELECT 1 AS a"), "a\n─\n1\n(1 row)\n");
}

TEST_F(ResultWriting, TablesShowControlCharactersInsteadOfObeyingThem) {
  EXPECT_EQ(table("SELECT E'\\x1b[31mred\\n' AS a"), "a\n─────────────\n\\x1b[31mred\\n\n(1 row)\n");
}

TEST_F(ResultWriting, TablesAreCutOnlyWhenTold) {
  QueryOptions options;
  options.width = 6;
  EXPECT_EQ(warehouse_.ask("SELECT 'abcdefghij' AS a", options), "a\n─────…\nabcde…\n(1 row)\n");
}

TEST_F(ResultWriting, ALargeTableComesWhole) {
  const std::string answer = table("SELECT range AS n FROM range(10000)");
  EXPECT_TRUE(answer.ends_with("(10000 rows)\n"));
  EXPECT_EQ(std::count(answer.begin(), answer.end(), '\n'), 10'003);
}

TEST_F(ResultWriting, ATypeWithoutTextIsRefusedByName) {
  EXPECT_EQ(json("SELECT '101'::BIT AS flags"),
            "error: column flags has a type that cannot be written here: select flags::VARCHAR");
}

}  // namespace
}  // namespace millrace
