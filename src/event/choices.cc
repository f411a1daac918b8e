#include "event/choices.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/json_text.h"

namespace millrace {
namespace {

constexpr std::size_t kListedMax = 8;
constexpr std::size_t kPlainSizeMax = 32;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string in_words(const std::string& choice) {
  const bool plain = choice.size() <= kPlainSizeMax && std::ranges::none_of(choice, is_control);
  return plain ? choice : quoted_excerpt(choice);
}

}  // namespace

std::string choices_in_words(std::span<const std::string> choices) {
  if (choices.size() > kListedMax) {
    return fmt::format("one of {} values such as {}", choices.size(), in_words(choices.front()));
  }
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += in_words(choices[i]);
  }
  return text;
}

}  // namespace millrace
