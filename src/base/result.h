// Errors are values. A function that can fail returns Result<T>; exceptions of libraries are turned into an
// Error where the library is called.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

enum class ErrorCode {
  kInvalidArgument,  // the caller, in the end a person, asked for something that makes no sense
  kNotFound,
  kConflict,     // somebody else has it, or changed it first
  kIo,           // the operating system said no
  kNoSpace,      // the disk, or a quota, is full: goes on when there is space again
  kCorrupt,      // bytes on disk are not what was written
  kUnavailable,  // try again later
  kCancelled,    // a person asked to stop
  kInternal,     // a fault of this program
};

std::string_view name(ErrorCode code);

// What went wrong, in words for a person: what, where, and how to mend it where that is known.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  // The same error, told from further out: "cannot load a.jsonl: <message>".
  Error in(std::string_view context) const { return {code, std::string(context) + ": " + message}; }
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

// kNoSpace or kIo, with the system's own words for errno.
std::unexpected<Error> fail_errno(std::string_view what, int error_number);

}  // namespace millrace

// Returns the error of `expression` from the calling function.
#define MILLRACE_TRY(expression)                                 \
  do {                                                           \
    if (auto try_status = (expression); !try_status.has_value()) \
      return std::unexpected(std::move(try_status).error());     \
  } while (false)

// Declares `variable` with the value of `expression`, or returns its error from the calling function.
#define MILLRACE_ASSIGN(variable, expression) \
  MILLRACE_ASSIGN_(variable, expression, MILLRACE_CONCAT_(assigned_, __LINE__))
#define MILLRACE_CONCAT_(a, b) MILLRACE_CONCAT_2_(a, b)
#define MILLRACE_CONCAT_2_(a, b) a##b
#define MILLRACE_ASSIGN_(variable, expression, holder)                        \
  auto holder = (expression);                                                 \
  if (!holder.has_value()) return std::unexpected(std::move(holder).error()); \
  variable = std::move(*holder)
