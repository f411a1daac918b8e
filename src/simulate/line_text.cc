#include "simulate/line_text.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kDateSize = std::string_view("2024-07-01").size();

void put_two_digits(std::string& text, std::size_t at, std::int64_t number) {
  text[at] = static_cast<char>('0' + number / 10);
  text[at + 1] = static_cast<char>('0' + number % 10);
}

}  // namespace

void TimeText::append(Timestamp time, std::string& out) {
  const std::int64_t second = time.micros / kSecondMicros;
  if (second != second_) set_second(second);
  out += text_;
  if (form_ != Form::kMicroseconds) return;
  std::array<char, 8> fraction;
  std::int64_t left = time.micros % kSecondMicros;
  for (std::size_t i = 6; i > 0; --i, left /= 10) fraction[i] = static_cast<char>('0' + left % 10);
  fraction.front() = '.';
  fraction.back() = 'Z';
  out.append(fraction.data(), fraction.size());
}

void TimeText::set_second(std::int64_t second) {
  if (const std::int64_t day = second / kDaySeconds; day != day_) {
    day_ = day;
    text_ = format_timestamp({second * kSecondMicros}).substr(0, kDateSize);
    text_ += form_ == Form::kSecondsUtc ? " 00:00:00 UTC" : "T00:00:00";
    if (form_ == Form::kSeconds) text_ += 'Z';
  }
  second_ = second;
  const std::int64_t of_day = second % kDaySeconds;
  put_two_digits(text_, kDateSize + 1, of_day / 3600);
  put_two_digits(text_, kDateSize + 4, of_day / 60 % 60);
  put_two_digits(text_, kDateSize + 7, of_day % 60);
}

}  // namespace millrace
