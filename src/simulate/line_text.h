// Numbers, prices and times as text, at the speed of a simulation.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace {

inline void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

inline void append_signed_number(std::string& out, std::int64_t number) {
  if (number < 0) out += '-';
  append_number(out, static_cast<std::uint64_t>(number < 0 ? -number : number));
}

// Whole cents as 31.90.
inline void append_cents(std::string& out, std::uint64_t cents) {
  append_number(out, cents / 100);
  const std::array<char, 3> fraction = {'.', static_cast<char>('0' + cents / 10 % 10),
                                        static_cast<char>('0' + cents % 10)};
  out.append(fraction.data(), fraction.size());
}

// Times from 1970 on, one after the other: what two have in common is not written anew. Not thread-safe.
class TimeText {
 public:
  enum class Form : std::uint8_t {
    kMicroseconds,  // 2024-07-01T09:00:00.000000Z
    kSeconds,       // 2024-07-01T09:00:00Z
    kSecondsUtc,    // 2024-07-01 09:00:00 UTC
  };
  explicit TimeText(Form form) : form_(form) {}

  void append(Timestamp time, std::string& out);

 private:
  void set_second(std::int64_t second);

  Form form_;
  std::int64_t second_ = -1;
  std::int64_t day_ = -1;
  std::string text_;  // of second_: up to the fraction, or all
};

}  // namespace millrace
