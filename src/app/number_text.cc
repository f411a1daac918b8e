#include "app/number_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace millrace {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 10> kSizes = {{{"", 1},
                                          {"B", 1},
                                          {"kB", 1'000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"TB", 1'000'000'000'000},
                                          {"KiB", 1ULL << 10},
                                          {"MiB", 1ULL << 20},
                                          {"GiB", 1ULL << 30},
                                          {"TiB", 1ULL << 40}}};
constexpr std::array<Unit, 5> kDurations = {
    {{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}, {"w", 604'800}}};

// Whole numbers with a unit, which fit into 63 bits.
template <std::size_t Count>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<Unit, Count>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  for (const Unit& unit : units) {
    if (text != unit.name) continue;
    if (number > (~0ULL >> 1) / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::string with_commas(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kNames = {"kB", "MB", "GB", "TB"};
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1e3;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kNames.size(); ++unit) value /= 1e3;
  return fmt::format("{:.1f} {}", value, kNames[unit]);
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const auto seconds = parse(text, kDurations);
  if (!seconds) return std::nullopt;
  return static_cast<std::int64_t>(*seconds);
}

std::string duration_text(std::int64_t seconds) {
  for (std::size_t i = kDurations.size() - 1; i > 0; --i) {
    if (kDurations[i].name == "w") continue;  // days are easier to compare
    const auto factor = static_cast<std::int64_t>(kDurations[i].factor);
    if (seconds != 0 && seconds % factor == 0)
      return fmt::format("{}{}", seconds / factor, kDurations[i].name);
  }
  return fmt::format("{}s", seconds);
}

}  // namespace millrace
