// Any text, and any number: what is read is written and read again unchanged.
#include <cstring>

#include "base/time.h"
#include "property.h"

namespace millrace {
namespace {

void check_round_trip(Timestamp time) {
  FUZZ_CHECK(parse_timestamp(format_timestamp(time)) == time);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view text = fuzz_text(data, size);
  const auto first = *parse_timestamp("0000-01-01");
  const auto last = *parse_timestamp("9999-12-31T23:59:59.999999Z");
  if (const auto time = parse_timestamp(text)) {
    FUZZ_CHECK(*time >= first && *time <= last);
    FUZZ_CHECK(text.find('\0') == std::string_view::npos);
    check_round_trip(*time);
  }
  Timestamp any;
  if (size >= sizeof(any.micros)) {
    std::memcpy(&any.micros, data, sizeof(any.micros));
    if (any >= first && any <= last) check_round_trip(any);
  }
  return 0;
}
