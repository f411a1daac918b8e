#include "base/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <iterator>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/json_string.h"

namespace millrace {
namespace {

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      break;
  }
  return "error";
}

void append_value(std::string& out, const ReportField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_json_string(out, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *integer);
  } else if (const auto* number = std::get_if<double>(&field.value)) {
    out += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

}  // namespace

std::string report_line(Severity severity, std::string_view event, std::string_view message,
                        std::span<const ReportField> fields, Timestamp time) {
  std::string line = "{\"time\":";
  append_json_string(line, format_timestamp(time));
  fmt::format_to(std::back_inserter(line), ",\"severity\":\"{}\",\"event\":", name(severity));
  append_json_string(line, event);
  line += ",\"message\":";
  append_json_string(line, message);
  for (const ReportField& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_value(line, field);
  }
  return line + "}\n";
}

std::string report_words(Severity severity, std::string_view message, std::span<const ReportField> fields) {
  std::string line = fmt::format("millrace: {}: ", name(severity));
  std::string words(message);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    fmt::format_to(std::back_inserter(words), "{}{} ", i == 0 ? " (" : ", ", fields[i].name);
    append_value(words, fields[i]);
  }
  if (!fields.empty()) words += ')';
  for (char& c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';  // nothing that steers the terminal
  }
  return line + words + '\n';
}

void report(Severity severity, std::string_view event, std::string_view message,
            std::initializer_list<ReportField> fields) {
  static const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  const std::span<const ReportField> all(fields.begin(), fields.size());
  const std::string line = is_terminal ? report_words(severity, message, all)
                                       : report_line(severity, event, message, all, SystemClock().now());
  (void)write_all(STDERR_FILENO, line);
}

}  // namespace millrace
