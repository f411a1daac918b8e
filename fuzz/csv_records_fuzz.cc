// Any bytes as CSV: the records cover the text, each splits unless it is unterminated, what follows a record
// does not change it, and fields that are written again are read back.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "event/csv_records.h"
#include "property.h"

namespace millrace {
namespace {

std::string written(const std::vector<std::string_view>& fields, char delimiter) {
  std::string record;
  for (const std::string_view field : fields) {
    if (!record.empty()) record += delimiter;
    record += '"';
    for (const char c : field) record += c == '"' ? "\"\"" : std::string(1, c);
    record += '"';
  }
  return record;
}

void check_fields(const CsvRecord& record, char delimiter) {
  CsvFields fields(delimiter);
  FUZZ_CHECK(fields.split(record.bytes) == !record.unterminated);
  if (record.unterminated) return;
  FUZZ_CHECK(!fields.fields().empty());
  std::size_t size = 0;
  for (const std::string_view field : fields.fields()) size += field.size();
  FUZZ_CHECK(size + fields.fields().size() - 1 <= record.bytes.size());

  const std::string again = written(fields.fields(), delimiter);
  const auto cut = next_csv_record(again, delimiter, true);
  FUZZ_CHECK(cut && !cut->unterminated && cut->bytes == again);
  CsvFields read_back(delimiter);
  FUZZ_CHECK(read_back.split(again));
  FUZZ_CHECK(std::ranges::equal(read_back.fields(), fields.fields()));
}

// A record that is found in the first `size` bytes is found in all of them.
void check_part(std::string_view text, std::size_t size, const CsvRecord& whole, char delimiter) {
  const auto part = next_csv_record(text.substr(0, size), delimiter, false);
  if (!part) return;
  FUZZ_CHECK(part->bytes.data() == whole.bytes.data() && part->bytes.size() == whole.bytes.size());
  FUZZ_CHECK(part->length == whole.length && part->lines == whole.lines);
  FUZZ_CHECK(part->unterminated == whole.unterminated);
}

void check_records(std::string_view text, char delimiter) {
  std::size_t lines = 0;
  std::size_t covered = 0;
  while (covered < text.size()) {
    const std::string_view rest = text.substr(covered);
    const auto record = next_csv_record(rest, delimiter, true);
    FUZZ_CHECK(record.has_value());
    FUZZ_CHECK(record->length > 0 && record->length <= rest.size());
    FUZZ_CHECK(record->bytes.data() == rest.data() && record->bytes.size() <= record->length);
    check_fields(*record, delimiter);
    for (const std::size_t size : {record->length - 1, record->length, record->length + 1}) {
      if (size > 0 && size <= rest.size()) check_part(rest, size, *record, delimiter);
    }
    lines += record->lines;
    covered += record->length;
  }
  const auto newlines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  FUZZ_CHECK(lines == newlines + (text.empty() || text.ends_with('\n') ? 0 : 1));
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  if (size == 0) return 0;
  const char delimiter = ",;\t|"[data[0] % 4];
  const auto memory = std::make_unique<char[]>(size - 1);  // a sanitizer sees what reads further
  if (size > 1) std::memcpy(memory.get(), data + 1, size - 1);
  check_records({memory.get(), size - 1}, delimiter);
  return 0;
}
