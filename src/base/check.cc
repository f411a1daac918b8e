#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace millrace {

void check_failed(std::string_view condition, const char* file, int line) {
  std::fprintf(stderr, "millrace: broken invariant at %s:%d: %.*s\n", file, line,
               static_cast<int>(condition.size()), condition.data());
  std::abort();
}

}  // namespace millrace
