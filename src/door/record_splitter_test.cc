#include "door/record_splitter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "door/json_brackets.h"

namespace millrace {
namespace {

using Records = std::vector<std::string_view>;
using Kind = SplitFault::Kind;

Records split(std::string_view body, BodyForm form = BodyForm::kAny, const SplitLimits& limits = {}) {
  auto records = split_records(body, form, limits);
  if (records) return *std::move(records);
  ADD_FAILURE() << records.error().message;
  return {};
}

SplitFault fault(std::string_view body, BodyForm form = BodyForm::kAny, const SplitLimits& limits = {}) {
  const auto records = split_records(body, form, limits);
  if (!records) return records.error();
  ADD_FAILURE() << "cut into " << records->size();
  return {};
}

void expect_broken(std::string_view body, std::size_t byte, std::string_view words) {
  const SplitFault found = fault(body);
  EXPECT_EQ(found.kind, Kind::kBroken) << body;
  EXPECT_TRUE(found.message.starts_with("byte " + std::to_string(byte) + ": "))
      << body << " " << found.message;
  EXPECT_NE(found.message.find(words), std::string::npos) << body << " " << found.message;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(RecordSplitter, OneObjectIsOneRecordOverAnyNumberOfLines) {
  EXPECT_EQ(split(R"({"a":1})"), Records{R"({"a":1})"});
  EXPECT_EQ(split("\n {\"a\":\r\n {\"b\":[1,2]}\n}\n "), Records{"{\"a\":\r\n {\"b\":[1,2]}\n}"});
  EXPECT_EQ(split("\xEF\xBB\xBF{}"), Records{"{}"});
}

TEST(RecordSplitter, AListGivesItsElementsByteForByteAndInOrder) {
  EXPECT_EQ(split(R"([{"a":1} , {"b" : [2, {"c":3}]},{}])"),
            (Records{R"({"a":1})", R"({"b" : [2, {"c":3}]})", "{}"}));
  EXPECT_EQ(split("[\n  {\"a\":1},\n  {\"a\":2}\n]\n"), (Records{R"({"a":1})", R"({"a":2})"}));
  EXPECT_EQ(split("[]"), Records{});
  EXPECT_EQ(split(" [ \n ] "), Records{});
}

TEST(RecordSplitter, ElementsThatAreNoObjectsAreRecordsToo) {
  EXPECT_EQ(split(R"([1, "a,b]" , null,[2,3]])"), (Records{"1", R"("a,b]")", "null", "[2,3]"}));
}

TEST(RecordSplitter, BracketsCommasAndQuotesInStringsCutNothing) {
  EXPECT_EQ(split(R"([{"a":"},{\"]\\"},{"b\\\"[":","}])"),
            (Records{R"({"a":"},{\"]\\"})", R"({"b\\\"[":","})"}));
}

TEST(RecordSplitter, LinesAreRecordsWithoutTheirEnds) {
  EXPECT_EQ(split("{\"a\":1}\n{\"a\":2}\r\n\n  \r\n{\"a\":3}"),
            (Records{R"({"a":1})", R"({"a":2})", R"({"a":3})"}));
  EXPECT_EQ(split("{\"a\":1} \n {\"a\":2}\n"), (Records{R"({"a":1} )", R"( {"a":2})"}));
}

TEST(RecordSplitter, ABrokenLineIsStillARecord) {
  EXPECT_EQ(split("{\"a\":1\n{\"a\":2}\n"), (Records{R"({"a":1)", R"({"a":2})"}));
  EXPECT_EQ(split("{\"a\":\"x\n{\"a\":2}\n"), (Records{R"({"a":"x)", R"({"a":2})"}));
  EXPECT_EQ(split("{\"a\":1}\n}]\nnot JSON\n{\"a\":2}"),
            (Records{R"({"a":1})", "}]", "not JSON", R"({"a":2})"}));
  EXPECT_EQ(split("hello"), Records{"hello"});
  EXPECT_EQ(split("{"), Records{"{"});
}

TEST(RecordSplitter, DeclaredLinesAreLinesWhateverTheyStartWith) {
  EXPECT_EQ(split("[1,2]\n[3]\n", BodyForm::kLines), (Records{"[1,2]", "[3]"}));
  EXPECT_EQ(split("{\n}", BodyForm::kLines), (Records{"{", "}"}));
}

TEST(RecordSplitter, ABodyWithoutARecordIsEmpty) {
  EXPECT_EQ(fault("").kind, Kind::kEmpty);
  EXPECT_EQ(fault(" \r\n\t\n").kind, Kind::kEmpty);
  EXPECT_EQ(fault("\xEF\xBB\xBF").kind, Kind::kEmpty);
  EXPECT_EQ(fault("\n", BodyForm::kLines).kind, Kind::kEmpty);
}

TEST(RecordSplitter, ABrokenListIsRefusedWithTheByte) {
  expect_broken(R"([{"a":1},)", 9, "ends before the list");
  expect_broken(R"([{"a":1})", 8, "ends before the list");
  expect_broken(R"([{"a":"1}])", 10, "inside a string");
  expect_broken(R"([{"a":1},])", 9, "missing");
  expect_broken(R"([,{"a":1}])", 1, "missing");
  expect_broken(R"([{"a":1},,{}])", 9, "missing");
  expect_broken(R"([{"a":1} {}])", 9, "comma");
  expect_broken(R"([{"a":1} x])", 10, "between");
  expect_broken(R"([{"a":[1}])", 8, "closes nothing");
  expect_broken(R"([{"a":1}]])", 9, "follows");
  expect_broken("[{\"a\":1}]\n{}", 10, "follows");
}

TEST(RecordSplitter, WhatFollowsAnObjectOfSeveralLinesIsRefusedWithTheByte) {
  expect_broken("{\n\"a\":1}\n{\n\"a\":2}", 9, "several lines");
}

TEST(RecordSplitter, LimitsHoldToTheLastByte) {
  const SplitLimits limits{.records_max = 3, .record_size_max = 8, .depth_max = 4};
  for (const std::string_view body : {R"([{"a":12},2,3])", "{\"a\":12}\n2\n3\n"}) {
    EXPECT_EQ(split(body, BodyForm::kAny, limits).size(), 3u);
  }
  for (const std::string_view body : {"[1,2,3,4]", "1\n2\n3\n4\n"}) {
    const SplitFault found = fault(body, BodyForm::kAny, limits);
    EXPECT_EQ(found.kind, Kind::kTooManyRecords);
    EXPECT_NE(found.message.find("more than 3 events"), std::string::npos) << found.message;
  }
  for (const std::string_view body : {R"({"a":123})", R"([1,{"a":123}])", "1\n{\"a\":123}\n"}) {
    const SplitFault found = fault(body, BodyForm::kAny, limits);
    EXPECT_EQ(found.kind, Kind::kRecordTooLarge);
    EXPECT_NE(found.message.find("9 bytes"), std::string::npos) << found.message;
    EXPECT_NE(found.message.find("is 8"), std::string::npos) << found.message;
  }
}

TEST(RecordSplitter, TheDepthLimitIsThatOfARecordHoweverItCame) {
  const SplitLimits limits{.depth_max = 4};
  const auto object = [](std::size_t depth) { return R"({"a":)" + nested(depth - 1) + "}"; };
  for (const std::string& body :
       {object(4), "[" + object(4) + "]", "1\n" + object(4), "{\n" + object(4).substr(1)}) {
    EXPECT_FALSE(split(body, BodyForm::kAny, limits).empty()) << body;
  }
  for (const std::string& body :
       {object(5), "[" + object(5) + "]", "1\n" + object(5), "{\n" + object(5).substr(1)}) {
    const SplitFault found = fault(body, BodyForm::kAny, limits);
    EXPECT_EQ(found.kind, Kind::kTooDeep) << body;
    EXPECT_NE(found.message.find("more than 4 levels"), std::string::npos) << found.message;
  }
  EXPECT_EQ(fault(nested(100'000)).kind, Kind::kTooDeep);
  EXPECT_EQ(fault(std::string(100'000, '{')).kind, Kind::kTooDeep);
}

// Byte by byte, for comparison.
std::vector<std::size_t> brackets_one_by_one(std::string_view text, bool commas_too) {
  std::vector<std::size_t> found;
  bool in_string = false;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escaped = std::exchange(escaped, false);
    const char c = text[i];
    if (c == '\\' && !is_escaped) escaped = true;
    if (c == '"' && !is_escaped) in_string = !in_string;
    const bool is_bracket = c == '{' || c == '}' || c == '[' || c == ']';
    if (!in_string && (is_bracket || (commas_too && c == ','))) found.push_back(i);
  }
  return found;
}

RC_GTEST_PROP(JsonBrackets, AreThoseThatAScanByteByByteFinds, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string(R"({}[],"\\\\\\""ab;|)") + std::string(20, ' ')));
  const std::string twice = text + text + text;
  for (const bool commas_too : {false, true}) {
    JsonBrackets brackets(twice);
    std::vector<std::size_t> found;
    for (std::size_t at = brackets.next(commas_too); at < twice.size(); at = brackets.next(commas_too)) {
      found.push_back(at);
    }
    RC_ASSERT(found == brackets_one_by_one(twice, commas_too));
  }
}

// What is cut from a list or from lines that were put together of records is these records.
RC_GTEST_PROP(RecordSplitter, GivesBackWhatWasPutTogether, ()) {
  const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string(R"({}[],abc )")))));
  std::vector<std::string> records;
  for (const std::string& text : texts)
    records.push_back("{\"" + text + "\":[{}," + std::to_string(text.size()) + "]}");
  std::string list;
  std::string lines;
  for (const std::string& record : records) {
    list += (list.empty() ? "[ " : ",\n ") + record;
    lines += record + "\n";
  }
  const Records expected(records.begin(), records.end());
  RC_ASSERT(split(list + "]") == expected);
  RC_ASSERT(split(lines) == expected);
  RC_ASSERT(split(lines, BodyForm::kLines) == expected);
}

}  // namespace
}  // namespace millrace
