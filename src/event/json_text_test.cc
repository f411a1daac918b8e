#include "event/json_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "base/json_string.h"

namespace millrace {
namespace {

using Texts = std::vector<std::string_view>;

TEST(MemberText, IsTheExactBytesOfTheValue) {
  const std::string_view object = R"( {"a" : 1.50 ,"b":"x\"}",	"c": {"d": [1 , {"a":2}]} , "e":null})";
  EXPECT_EQ(member_text(object, "a"), "1.50");
  EXPECT_EQ(member_text(object, "b"), R"("x\"}")");
  EXPECT_EQ(member_text(object, "c"), R"({"d": [1 , {"a":2}]})");
  EXPECT_EQ(member_text(object, "e"), "null");
}

TEST(MemberText, PointsIntoTheObject) {
  const std::string object = R"({"a": 17})";
  EXPECT_EQ(member_text(object, "a").data(), object.data() + 6);
}

TEST(MemberText, MissingMemberIsNothing) {
  for (const std::string_view object :
       {R"({"a": 1})", "{}", "", "  ", "[1]", "7", R"("b")", "{", R"({"b)", R"({"b")"}) {
    EXPECT_EQ(member_text(object, "b").data(), nullptr) << object;
  }
}

TEST(MemberText, NestedMembersOfTheSameNameAreNotFound) {
  EXPECT_EQ(member_text(R"({"x": {"a": 1}, "y": [{"a": 2}], "z": "\"a\": 3", "a": 4})", "a"), "4");
}

TEST(MemberText, FirstOfTwoMembersIsFound) {
  EXPECT_EQ(member_text(R"({"a": 1, "a": 2})", "a"), "1");
}

TEST(MemberText, NameWrittenWithEscapesIsFound) {
  EXPECT_EQ(member_text(R"({"\u0061b": 1})", "ab"), "1");
  EXPECT_EQ(member_text(R"({"a\u0062": 1})", "ab"), "1");
  EXPECT_EQ(member_text(R"({"\u0070\u005F": 1})", "p_"), "1");
  for (const std::string_view other :
       {R"({"\u0062b": 1})", R"({"\u006": 1})", R"({"a\u006g": 1})", R"({"\u0161b": 1})",
        R"({"ab\u0000": 1})", R"({"\\u0061b": 1})", R"({"\u+061b": 1})"}) {
    EXPECT_EQ(member_text(other, "ab").data(), nullptr) << other;
  }
}

TEST(MemberTextAt, CountsMembersFromZero) {
  const std::string_view object = R"( {"a" : 1.50 , "a":"x,}", "\u00e9": {"d": [1]} } )";
  EXPECT_EQ(member_text_at(object, 0), "1.50");
  EXPECT_EQ(member_text_at(object, 1), R"("x,}")");
  EXPECT_EQ(member_text_at(object, 2), R"({"d": [1]})");
  EXPECT_EQ(member_text_at(object, 3).data(), nullptr);
  EXPECT_EQ(member_text_at("[1]", 0).data(), nullptr);
}

TEST(JsonNumber, FollowsTheGrammar) {
  for (const std::string_view number : {"0", "-0", "12", "1.5", "-0.001", "1e3", "1E+3", "2.5e-10"}) {
    EXPECT_TRUE(is_json_number(number)) << number;
  }
  for (const std::string_view other :
       {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ", " 1", "NaN", "Infinity", "1,5", "1.5.2"}) {
    EXPECT_FALSE(is_json_number(other)) << other;
  }
}

TEST(ElementTexts, AreTheExactBytesWithoutBlanksAround) {
  EXPECT_EQ(element_texts(R"([ 1 , "a,]" ,[2, 3], {"x": [4]} ,null])"),
            (Texts{"1", R"("a,]")", "[2, 3]", R"({"x": [4]})", "null"}));
  EXPECT_EQ(element_texts("[]"), Texts{});
  EXPECT_EQ(element_texts(" [ \n ] "), Texts{});
}

TEST(ElementTexts, OfWhatIsNoListAreNone) {
  for (const std::string_view text : {"", " ", "{}", "7", R"("[1]")"})
    EXPECT_EQ(element_texts(text), Texts{}) << text;
}

TEST(ElementTexts, BackslashesInStringsAreFollowed) {
  EXPECT_EQ(element_texts(R"(["\\", "\"", "\\\"", 1])"), (Texts{R"("\\")", R"("\"")", R"("\\\"")", "1"}));
}

TEST(ElementTexts, MalformedTextNeverLeadsBeyondItsEnd) {
  for (const std::string_view text :
       {"[", "[1", "[1,", "[,", "[]]", R"(["a)", R"(["a\)", "[{", "[1 2]", "[}"}) {
    for (const std::string_view element : element_texts(text)) {
      EXPECT_GE(element.data(), text.data()) << text;
      EXPECT_LE(element.data() + element.size(), text.data() + text.size()) << text;
    }
  }
}

TEST(ElementTexts, DeepNestingTakesNoStack) {
  const std::string deep = "[" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "]";
  EXPECT_EQ(element_texts(deep).size(), 1u);
}

TEST(MalformedNumber, IsToldFromANumberThatIsTooLarge) {
  for (const std::string_view text :
       {"0", "-0", "-1.5e-7", "1E+3", "[1e999,-123456789012345678901234567890]", R"({"a":0.0})", "", "true",
        R"("01")", R"(["\", "\"", 1])", "NaN", R"("-)"}) {
    EXPECT_FALSE(holds_malformed_number(text)) << text;
  }
  for (const std::string_view text : {"01", "-", "-01", "1.", "1.e3", "1e", "1e+", "0x1", "-Infinity",
                                      "1_000", "1-2", "--1", "1.2.3", R"({"a":[1,{"b":2a}]})", R"("x"1.)"}) {
    EXPECT_TRUE(holds_malformed_number(text)) << text;
  }
}

TEST(QuotedExcerpt, KeepsCharactersWhole) {
  EXPECT_EQ(quoted_excerpt("short"), R"("short")");
  EXPECT_EQ(quoted_excerpt(std::string(64, 'x')).size(), 66u);
  EXPECT_EQ(quoted_excerpt(std::string(65, 'x')).size(), 66u);
  EXPECT_EQ(quoted_excerpt(std::string(62, 'x') + "€"), "\"" + std::string(62, 'x') + "\"");
  EXPECT_EQ(quoted_excerpt(std::string(61, 'x') + "€y"), "\"" + std::string(61, 'x') + "€\"");
  EXPECT_EQ(quoted_excerpt(std::string(63, 'x') + "😀"), "\"" + std::string(63, 'x') + "\"");
}

// Any text with the characters that matter to JSON in it.
rc::Gen<std::string> json_like() {
  return rc::gen::container<std::string>(
      rc::gen::element('{', '}', '[', ']', '"', '\\', ',', ':', ' ', 'a', '1', 'u'));
}

RC_GTEST_PROP(JsonTextProperty, PartsOfAnyTextLieInsideIt, ()) {
  const std::string text = *json_like();
  std::vector<std::string_view> parts = element_texts(text);
  parts.push_back(member_text(text, "a"));
  for (const std::string_view part : parts) {
    if (part.data() == nullptr) continue;
    RC_ASSERT(part.data() >= text.data());
    RC_ASSERT(part.data() + part.size() <= text.data() + text.size());
  }
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

RC_GTEST_PROP(JsonTextProperty, ElementsAreFoundAgainWhateverTheStringsHold,
              (const std::vector<std::string>& texts)) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += " , ";
    append_json_string(list, text);
  }
  list += "]";
  const auto elements = element_texts(list);
  RC_ASSERT(elements.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) RC_ASSERT(elements[i] == json_string(texts[i]));
}

}  // namespace
}  // namespace millrace
