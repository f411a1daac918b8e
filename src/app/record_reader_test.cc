#include "app/record_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "event/builtin_contracts.h"

namespace millrace {
namespace {

class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = text_.copy(into.data(), into.size(), at_);
    at_ += count;
    return count;
  }
  std::uint64_t file_position() const override { return at_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

class FailingStream final : public ByteStream {
 public:
  Result<std::size_t> read(std::span<char>) override { return fail(ErrorCode::kIo, "broken"); }
  std::uint64_t file_position() const override { return 0; }
};

const Contract& contract_of(Shape shape) {
  return *std::ranges::find(builtin_contracts(), shape, &Contract::shape);
}

// `line:text` of each record; only how long it is when it is long.
std::vector<std::string> records(std::string text, Shape shape = Shape::kClicks) {
  RecordReader reader(std::make_unique<TextStream>(std::move(text)));
  std::vector<std::string> found;
  for (;;) {
    const auto record = reader.next(contract_of(shape));
    EXPECT_TRUE(record.has_value());
    if (!*record) return found;
    const std::string_view bytes = (*record)->bytes;
    found.push_back(std::to_string((*record)->line) + ":" +
                    (bytes.size() > 100 ? std::to_string(bytes.size()) : std::string(bytes)) +
                    ((*record)->unterminated ? " unterminated" : "") + ((*record)->is_cut ? " cut" : ""));
  }
}

using Records = std::vector<std::string>;

TEST(RecordReader, LinesEndWithNewlineOrCarriageReturnAndNewlineOrTheFile) {
  EXPECT_EQ(records("a\nb\r\nc"), (Records{"1:a", "2:b", "3:c"}));
  EXPECT_EQ(records("a\n"), Records{"1:a"});
  EXPECT_EQ(records(""), Records{});
}

TEST(RecordReader, BlankLinesAreNoRecordsAndAreCounted) {
  EXPECT_EQ(records("\n \na\n\r\n\t\nb\n\n"), (Records{"3:a", "6:b"}));
}

TEST(RecordReader, AByteOrderMarkIsNoPartOfTheFirstRecord) {
  EXPECT_EQ(records("\xEF\xBB\xBF"
                    "a\n\xEF\xBB\xBF"
                    "b"),
            (Records{"1:a",
                     "2:\xEF\xBB\xBF"
                     "b"}));
}

TEST(RecordReader, CsvRecordsMayCoverLines) {
  EXPECT_EQ(records("a,\"b\nc\",d\ne\n", Shape::kEcomEvents), (Records{"1:a,\"b\nc\",d", "3:e"}));
  EXPECT_EQ(records("a,\"b\nc\n", Shape::kEcomEvents), (Records{"1:a,\"b unterminated", "2:c"}));
}

TEST(RecordReader, RecordsAcrossTheWindowsEndAreWhole) {
  std::string text;
  Records expected;
  for (int i = 1; i <= 20; ++i) {
    text += std::string(900'001, 'x') + "\n";
    expected.push_back(std::to_string(i) + ":900001");
  }
  EXPECT_EQ(records(text), expected);
  EXPECT_EQ(records(text, Shape::kEcomEvents), expected);
}

TEST(RecordReader, OfALineBeyondTheWindowOnlyTheStartIsGivenAndTheNextIsWhole) {
  for (const Shape shape : {Shape::kClicks, Shape::kEcomEvents}) {
    const std::string cut = ":" + std::to_string(4 * kRecordSizeMax) + " cut";
    EXPECT_EQ(records("a\n" + std::string(20'000'000, 'x') + "\nb\n", shape),
              (Records{"1:a", "2" + cut, "3:b"}));
    EXPECT_EQ(records(std::string(20'000'000, 'x'), shape), Records{"1" + cut});
  }
}

TEST(RecordReader, TheHeadIsTheStartAndNothingIsLost) {
  RecordReader reader(
      std::make_unique<TextStream>("\xEF\xBB\xBF"
                                   "a\nb"));
  EXPECT_EQ(*reader.head(), "a\nb");
  EXPECT_EQ(*reader.head(), "a\nb");
  EXPECT_EQ((**reader.next(contract_of(Shape::kClicks))).bytes, "a");
}

TEST(RecordReader, AStreamThatFailsIsTold) {
  RecordReader reader(std::make_unique<FailingStream>());
  EXPECT_FALSE(reader.head().has_value());
  EXPECT_FALSE(reader.next(contract_of(Shape::kClicks)).has_value());
}

// Gives one piece a call.
class PiecewiseStream final : public ByteStream {
 public:
  explicit PiecewiseStream(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  Result<std::size_t> read(std::span<char>) override { return fail(ErrorCode::kInternal, "asked to wait"); }
  Result<std::size_t> read_available(std::span<char> into) override {
    return next_ == pieces_.size() ? 0 : pieces_[next_++].copy(into.data(), into.size());
  }
  std::uint64_t file_position() const override { return 0; }

 private:
  const std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

TEST(RecordReader, GivesRecordsAsTheyComeAndTellsBeforeItWaits) {
  Records found;
  RecordReader reader(std::make_unique<PiecewiseStream>(Records{"a\nb\nc", "1\n\n", "d"}), [&]() -> Status {
    found.emplace_back("waits");
    return {};
  });
  for (;;) {
    const auto record = reader.next(contract_of(Shape::kClicks));
    ASSERT_TRUE(record.has_value());
    if (!*record) break;
    found.emplace_back((*record)->bytes);
  }
  EXPECT_EQ(found, (Records{"waits", "a", "b", "waits", "c1", "waits", "waits", "d"}));
}

TEST(RecordReader, DoesNotWaitWhenItIsToldNotTo) {
  RecordReader reader(std::make_unique<PiecewiseStream>(Records{"a\n"}),
                      [] { return Status(fail(ErrorCode::kCancelled, "stopped")); });
  EXPECT_FALSE(reader.next(contract_of(Shape::kClicks)).has_value());
}

}  // namespace
}  // namespace millrace
