#include "warehouse/record_layout.h"

#include <algorithm>

#include "event/row_decoder.h"
#include "event/visit_decoder.h"

namespace millrace {

std::optional<CsvRecord> RecordLayout::header_at_front(std::string_view text, bool at_end) const {
  if (!is_csv() || contract_.header == HeaderLine::kNone || text.empty()) return std::nullopt;
  const auto record = next_csv_record(text, contract_.delimiter, at_end);
  if (!record || record->unterminated || !is_csv_header(record->bytes, contract_)) return std::nullopt;
  return record;
}

bool RecordLayout::starts_like_header(std::string_view text) const {
  if (text.starts_with('"')) text.remove_prefix(1);
  if (text.empty()) return false;
  return std::ranges::any_of(contract_.properties, [&](const ContractProperty& property) {
    return text.front() == property.name.front() && text.starts_with(property.name);  // most differ there
  });
}

std::size_t RecordLayout::whole_records(std::string_view text, bool at_end) const {
  if (!is_csv()) return text.rfind('\n') + 1;  // npos + 1 is 0
  std::size_t length = 0;
  if (const auto header = header_at_front(text, at_end)) length = header->length;
  while (length < text.size()) {
    const std::string_view rest = text.substr(length);
    const auto record = next_csv_record(rest, contract_.delimiter, at_end);
    if (!record || rest[record->length - 1] != '\n' || (record->unterminated && is_open_line(rest))) break;
    if (length > 0 && starts_like_header(rest) && header_at_front(rest, at_end)) break;
    length += record->length;
  }
  return length > 0 && text[length - 1] == '\n' ? length : 0;
}

// One line, all that is left, with a quote that a later line may close.
bool RecordLayout::is_open_line(std::string_view text) const {
  return is_csv() && text.find('\n') + 1 == text.size() && !next_csv_record(text, contract_.delimiter, false);
}

bool RecordLayout::may_go_on(std::string_view chunk) const {
  if (!is_csv()) return false;
  const auto record = next_csv_record(chunk, contract_.delimiter, true);
  return record && record->unterminated && !next_csv_record(chunk, contract_.delimiter, false);
}

void RecordLayout::split(std::string_view chunk, std::uint64_t first_line, RecordBatch& batch) const {
  batch.records.clear();
  batch.header_line.reset();
  const auto line = static_cast<std::int64_t>(first_line);
  is_csv() ? split_csv(chunk, line, batch) : split_lines(chunk, line, batch);
}

void RecordLayout::add(std::string_view record, bool unterminated, std::int64_t line,
                       RecordBatch& batch) const {
  if (is_blank_record(record)) return;
  batch.records.push_back(
      {.bytes = record, .size = record.size(), .place = line, .unterminated = unterminated});
}

void RecordLayout::split_lines(std::string_view chunk, std::int64_t line, RecordBatch& batch) const {
  while (!chunk.empty()) {
    const std::size_t newline = chunk.find('\n');
    std::string_view record = chunk.substr(0, newline);
    chunk.remove_prefix(newline == std::string_view::npos ? chunk.size() : newline + 1);
    if (record.ends_with('\r')) record.remove_suffix(1);
    add(record, false, line, batch);
    ++line;
  }
}

void RecordLayout::split_csv(std::string_view chunk, std::int64_t line, RecordBatch& batch) const {
  if (const auto header = header_at_front(chunk, true)) {
    batch.header_line = line;
    line += static_cast<std::int64_t>(header->lines);
    chunk.remove_prefix(header->length);
  }
  while (!chunk.empty()) {
    const auto record = next_csv_record(chunk, contract_.delimiter, true);
    add(record->bytes, record->unterminated, line, batch);
    line += static_cast<std::int64_t>(record->lines);
    chunk.remove_prefix(record->length);
  }
}

}  // namespace millrace
