// What operators read: one line of JSON an event on standard error, or words when that is a terminal.
// Secrets never stand in it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace millrace {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

struct ReportField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

// `event` is a constant such as "log_segment_damaged", by which lines are found; `message` is a sentence.
// Thread-safe; a line is one write, so that lines of several threads do not mix.
void report(Severity severity, std::string_view event, std::string_view message,
            std::initializer_list<ReportField> fields = {});

// The two forms of a line.
std::string report_line(Severity severity, std::string_view event, std::string_view message,
                        std::span<const ReportField> fields, Timestamp time);
std::string report_words(Severity severity, std::string_view message, std::span<const ReportField> fields);

}  // namespace millrace
