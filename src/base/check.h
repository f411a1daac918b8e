// Invariants: what must hold for the program to be right, checked in release too. A broken one ends the
// process at once, before anything wrong is written; what is durable stays as it was.
#pragma once

#include <string_view>

namespace millrace {

[[noreturn]] void check_failed(std::string_view condition, const char* file, int line);

}  // namespace millrace

#define MILLRACE_CHECK(condition)                               \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::millrace::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
