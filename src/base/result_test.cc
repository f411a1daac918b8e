#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <set>

namespace millrace {
namespace {

Status fails() {
  return fail(ErrorCode::kConflict, "somebody else has it");
}

Status passes_on(bool* reached) {
  MILLRACE_TRY(fails());
  *reached = true;
  return {};
}

Result<std::unique_ptr<int>> boxed(int value) {
  if (value < 0) return fail(ErrorCode::kInvalidArgument, "below zero");
  return std::make_unique<int>(value);
}

Result<int> sum_of(int a, int b) {
  MILLRACE_ASSIGN(const std::unique_ptr<int> first, boxed(a));
  MILLRACE_ASSIGN(const std::unique_ptr<int> second, boxed(b));
  return *first + *second;
}

TEST(Result, TryReturnsTheErrorAndStops) {
  bool reached = false;
  const Status status = passes_on(&reached);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_EQ(status.error().message, "somebody else has it");
  EXPECT_FALSE(reached);
}

TEST(Result, AssignMovesTheValueOrReturnsTheFirstError) {
  EXPECT_EQ(sum_of(1, 2), 3);
  ASSERT_FALSE(sum_of(1, -2).has_value());
  EXPECT_EQ(sum_of(1, -2).error().code, ErrorCode::kInvalidArgument);
}

TEST(Result, ContextStandsBeforeTheMessage) {
  const Error error = Error{ErrorCode::kIo, "no space"}.in("cannot load a.jsonl");
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_EQ(error.message, "cannot load a.jsonl: no space");
}

TEST(Result, SystemErrorsCarryTheSystemsWords) {
  const Error error = fail_errno("cannot write", EIO).error();
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_EQ(error.message, "cannot write: Input/output error");
}

TEST(Result, FullDiskQuotaAndFileSizeAreLackOfSpace) {
  for (const int full : {ENOSPC, EDQUOT, EFBIG}) {
    EXPECT_EQ(fail_errno("cannot write", full).error().code, ErrorCode::kNoSpace);
  }
}

TEST(Result, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i)
    names.insert(name(static_cast<ErrorCode>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
}

}  // namespace
}  // namespace millrace
