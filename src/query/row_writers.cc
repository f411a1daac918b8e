#include "query/row_writers.h"

#include "base/json_string.h"
#include "query/json_text.h"
#include "query/value_text.h"

namespace millrace {
namespace {

// -5 and +1.5e3 start like a formula, but are none.
bool is_plain_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > start;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  if (!digits()) return false;
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

}  // namespace

bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos &&
         !is_plain_number(text);
}

Status JsonWriter::begin_columns() {
  for (const ResultColumn& column : columns_) {
    std::string key;
    append_json_string(key, column.name);
    keys_.push_back(key + ":");
  }
  return layout_ == Layout::kArray ? output_.write("[") : Status{};
}

Status JsonWriter::write(duckdb_data_chunk chunk) {
  std::string text;
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    if (layout_ == Layout::kArray) text += first_ ? "\n" : ",\n";
    first_ = false;
    append_row(text, chunk, row);
    if (layout_ == Layout::kLines) text += '\n';
  }
  return output_.write(text);
}

void JsonWriter::append_row(std::string& text, duckdb_data_chunk chunk, idx_t row) const {
  text += '{';
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) text += ',';
    text += keys_[i];
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    if (is_null(vector, row)) {
      text += "null";
    } else {
      append_json(text, columns_[i].type, vector, row);
    }
  }
  text += '}';
}

Status JsonWriter::end() {
  if (layout_ == Layout::kLines) return {};
  return output_.write(first_ ? "]\n" : "\n]\n");
}

Status CsvWriter::begin_columns() {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) text += ',';
    append_cell(text, columns_[i].name, false);
  }
  return output_.write(text + "\n");
}

Status CsvWriter::write(duckdb_data_chunk chunk) {
  std::string text;
  std::string cell;
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text += ',';
      const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
      if (is_null(vector, row)) continue;
      cell.clear();
      append_plain(cell, columns_[i].type, vector, row);
      append_cell(text, cell, columns_[i].type.is_number());
    }
    text += '\n';
  }
  return output_.write(text);
}

void CsvWriter::append_cell(std::string& text, std::string_view cell, bool is_number) const {
  const bool guarded = guard_formulas_ && !is_number && looks_like_formula(cell);
  const bool quoted = cell.empty() || cell.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) text += '"';
  if (guarded) text += '\'';
  for (const char c : cell) {
    if (c == '"') text += '"';
    text += c;
  }
  if (quoted) text += '"';
}

}  // namespace millrace
