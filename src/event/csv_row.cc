#include "event/csv_row.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/json_string.h"
#include "base/limits.h"
#include "event/json_text.h"
#include "event/row_decoder.h"

namespace millrace {
namespace {

constexpr std::size_t kNoColumn = std::numeric_limits<std::size_t>::max();
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view header) {
  if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
  return header;
}

// ASCII without null characters, as most records are: eight bytes at a time, in one pass. Less one, a byte
// has its highest bit set when it was zero.
bool is_plain(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  std::uint64_t odd = 0;
  for (; text.size() >= sizeof odd; text.remove_prefix(sizeof odd)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    odd |= word | (word - kOnes);
  }
  for (const char c : text) odd |= static_cast<std::uint64_t>(c) | (static_cast<std::uint64_t>(c) - 1);
  return (odd & (kOnes << 7)) == 0;
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

Fault header_changed(std::string message) {
  return {Reason::kHeaderChanged, std::move(message)};
}

Check check_bytes(std::string_view record) {
  if (record.size() > kRecordSizeMax) {
    return Fault{Reason::kTooLarge, fmt::format("the record has {} bytes, at most {} are allowed",
                                                record.size(), kRecordSizeMax)};
  }
  if (is_plain(record)) return {};
  if (!is_utf8(record)) return Fault{Reason::kNotUtf8, "the record is not valid UTF-8"};
  if (record.find('\0') != std::string_view::npos) {
    return Fault{Reason::kNullCharacter, "the record holds a null character"};
  }
  return {};
}

// As simdjson writes strings, so that the same text is the same JSON whether it came as CSV or as JSON.
void append_as_parsed(std::string& out, std::string_view text) {
  simdjson::internal::mini_formatter formatter;
  formatter.string(text);
  out += formatter.str();
}

}  // namespace

CsvRow::CsvRow(const Contract& contract) : contract_(&contract), fields_(contract.delimiter) {
  readers_.reserve(contract.properties.size());
  for (const ContractProperty& property : contract.properties) readers_.emplace_back(property);
  bind_in_order();
}

void CsvRow::bind_in_order() {
  column_count_ = contract_->properties.size();
  column_of_.resize(column_count_);
  for (std::size_t i = 0; i < column_count_; ++i) column_of_[i] = i;
}

Check CsvRow::set_header(std::string_view header) {
  unknown_.clear();
  header_fault_.reset();
  if (header.empty()) {
    bind_in_order();
  } else {
    header_fault_ = bind(without_mark(header));
  }
  return header_fault_;
}

Check CsvRow::bind(std::string_view header) {
  if (!is_utf8(header)) return header_changed("the header is not valid UTF-8");
  if (header.find('\0') != std::string_view::npos) return header_changed("the header holds a null character");
  if (!fields_.split(header)) return header_changed("the header has a quote that is not closed");
  const auto& names = fields_.fields();
  column_count_ = names.size();
  column_of_.assign(contract_->properties.size(), kNoColumn);
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (auto fault = bind_column(names[column], column)) return fault;
  }
  std::ranges::sort(unknown_, {}, &UnknownColumn::name);
  const auto twice = std::ranges::adjacent_find(unknown_, {}, &UnknownColumn::name);
  if (twice != unknown_.end()) {
    return header_changed(fmt::format("the header names {} twice", quoted_excerpt(twice->name)));
  }
  return check_required();
}

Check CsvRow::bind_column(std::string_view name, std::size_t column) {
  const auto property = contract_->property_named(name);
  if (!property) {
    if (unknown_.size() == kObjectKeysMax) {
      return header_changed(fmt::format("the header has more than {} unknown columns", kObjectKeysMax));
    }
    unknown_.push_back({std::string(name), column});
    return {};
  }
  if (column_of_[*property] != kNoColumn) {
    return header_changed(fmt::format("the header names {} twice", quoted_excerpt(name)));
  }
  column_of_[*property] = column;
  return {};
}

Check CsvRow::check_required() const {
  for (std::size_t i = 0; i < column_of_.size(); ++i) {
    const ContractProperty& property = contract_->properties[i];
    if (property.required && column_of_[i] == kNoColumn) {
      return header_changed(fmt::format("the header lacks the column {}", quoted_excerpt(property.name)));
    }
  }
  return {};
}

Check CsvRow::take_apart(std::string_view record, bool unterminated) {
  if (header_fault_) return header_fault_;
  if (auto fault = check_bytes(record)) return fault;
  if (unterminated || !fields_.split(record)) {
    return Fault{Reason::kUnterminatedQuote, "a quote is never closed, or closed in the middle of a field"};
  }
  const std::size_t count = fields_.fields().size();
  if (count != column_count_) {
    return Fault{count > column_count_ ? Reason::kTooManyColumns : Reason::kTooFewColumns,
                 fmt::format("the record has {} columns, expected {}", count, column_count_)};
  }
  return {};
}

Check CsvRow::read(std::size_t property, FieldValue& out) {
  const std::size_t column = column_of_[property];
  if (column == kNoColumn) return readers_[property].read_missing();
  return readers_[property].read_text(fields_.fields()[column], out);
}

std::string_view CsvRow::extra() {
  if (unknown_.empty()) return {};
  extra_.clear();
  for (const UnknownColumn& unknown : unknown_) {
    const std::string_view text = fields_.fields()[unknown.column];
    extra_ += extra_.empty() ? '{' : ',';
    append_json_string(extra_, unknown.name);
    extra_ += ':';
    if (text.empty()) {
      extra_ += "null";
    } else {
      append_as_parsed(extra_, text);
    }
  }
  return extra_ += '}';
}

bool is_csv_header(std::string_view record, const Contract& contract) {
  CsvFields fields(contract.delimiter);
  if (!fields.split(without_mark(record))) return false;
  const auto& names = fields.fields();
  const auto is_name = [&](std::string_view name) { return contract.property_named(name).has_value(); };
  const auto is_named = [&](const ContractProperty& property) {
    return !property.required || std::ranges::find(names, property.name) != names.end();
  };
  const auto known = static_cast<std::size_t>(std::ranges::count_if(names, is_name));
  if (std::ranges::any_of(contract.properties, &ContractProperty::required)) {
    if (std::ranges::all_of(contract.properties, is_named)) return true;
  } else if (known * 2 >= names.size()) {  // a value may happen to be the name of a column
    return true;
  }
  return is_name(names.front()) && (known - 1) * 2 > names.size() - 1;
}

}  // namespace millrace
