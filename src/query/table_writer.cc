#include "query/table_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "query/value_text.h"

namespace millrace {
namespace {

constexpr std::size_t kHeldRowsMax = 2'000;
constexpr std::string_view kGap = "  ";

void append_shown(std::string& out, std::string_view bytes, std::uint32_t code) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\t') {
    out += "\\t";
  } else if (code == '\r') {
    out += "\\r";
  } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
  } else if (code >= 0x202A && code <= 0x202E) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);  // turns the direction of what follows
  } else if (code == kNoUtf8) {
    out += "\xEF\xBF\xBD";
  } else {
    out += bytes;
  }
}

std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Point point = utf8_point_at(text, at);
    append_shown(out, text.substr(at, point.size), point.code);
    at += point.size;
  }
  return out;
}

// The first columns of a line, with … where it is cut.
std::string cut(std::string line, std::size_t width) {
  if (width == 0 || terminal_width(line) <= width) return line;
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < line.size()) {
    const Utf8Point point = utf8_point_at(line, at);
    if (used + terminal_width(point.code) > width - 1) break;
    used += terminal_width(point.code);
    at += point.size;
  }
  return line.substr(0, at) + "…";
}

}  // namespace

Status TableWriter::begin_columns() {
  for (const ResultColumn& column : columns_) widths_.push_back(terminal_width(shown(column.name)));
  return {};
}

TableWriter::Row TableWriter::read_row(duckdb_data_chunk chunk, idx_t row) const {
  Row cells;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    std::string cell;
    if (is_null(vector, row)) {
      cell = "NULL";
    } else {
      append_plain(cell, columns_[i].type, vector, row);
    }
    cells.push_back(shown(cell));
  }
  return cells;
}

void TableWriter::append_line(std::string& text, const Row& row, bool heading) const {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += kGap;
    const std::size_t width = terminal_width(row[i]);
    const std::size_t padding = widths_[i] > width ? widths_[i] - width : 0;
    const bool right = columns_[i].type.is_number();
    if (right) line.append(padding, ' ');
    line += row[i];
    if (!right && (i + 1 < row.size() || heading)) line.append(padding, ' ');
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  text += cut(std::move(line), terminal_width_);
  text += '\n';
}

Status TableWriter::write(duckdb_data_chunk chunk) {
  std::string text;
  for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
    Row row = read_row(chunk, i);
    ++row_count_;
    if (widths_decided_) {
      append_line(text, row, false);
      continue;
    }
    for (std::size_t c = 0; c < row.size(); ++c) widths_[c] = std::max(widths_[c], terminal_width(row[c]));
    held_.push_back(std::move(row));
    if (held_.size() == kHeldRowsMax) MILLRACE_TRY(write_held_rows());
  }
  return text.empty() ? Status{} : output_.write(text);
}

Status TableWriter::write_held_rows() {
  widths_decided_ = true;
  std::string text;
  Row names;
  Row rules;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    names.push_back(shown(columns_[i].name));
    std::string rule;
    for (std::size_t c = 0; c < widths_[i]; ++c) rule += "─";
    rules.push_back(std::move(rule));
  }
  append_line(text, names, true);
  append_line(text, rules, true);
  for (const Row& row : held_) append_line(text, row, false);
  held_.clear();
  return output_.write(text);
}

Status TableWriter::end() {
  if (!widths_decided_) MILLRACE_TRY(write_held_rows());
  return output_.write(fmt::format("({} {})\n", row_count_, row_count_ == 1 ? "row" : "rows"));
}

}  // namespace millrace
