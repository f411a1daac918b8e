// What operators read: one line of JSON an event on standard error, or words when that is a terminal.
// Secrets never stand in it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace millrace {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

struct ReportField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

// `event` is a constant such as "log_segment_damaged", by which lines are found; `message` is a sentence.
// Thread-safe: a line is written whole.
void report(Severity severity, std::string_view event, std::string_view message,
            std::initializer_list<ReportField> fields = {});

}  // namespace millrace
