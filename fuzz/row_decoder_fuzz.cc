// Any bytes as flat records, by any contract, as CSV and as JSON: each is readable and keeps to the rules, or
// has one refusal; the same record gives the same result again, whatever came between.
//
// The first byte chooses the contract, the format, and whether CSV has a header line.
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "event/csv_records.h"
#include "event/row_decoder.h"
#include "event/test_contracts.h"
#include "property.h"

namespace millrace {
namespace {

const Timestamp kArrival = *parse_timestamp("2024-08-01T00:00:00Z");

void check_text(std::string_view text) {
  FUZZ_CHECK(text.find('\0') == std::string_view::npos);
  FUZZ_CHECK(text.empty() || simdjson::validate_utf8(text.data(), text.size()));
}

void check_extra(std::string_view extra) {
  if (extra.data() == nullptr) return;
  check_text(extra);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  FUZZ_CHECK(parser.parse(simdjson::padded_string(extra)).get(object) == simdjson::SUCCESS);
  FUZZ_CHECK(object.size() > 0);
}

void check_value(const FieldValue& value, const ContractProperty& property) {
  FUZZ_CHECK(value.present || !property.required);
  if (!value.present) return;
  if (property.type == ValueType::kText) {
    check_text(value.text);
    FUZZ_CHECK(!value.text.empty() && value.text.size() <= kTextSizeMax);
    FUZZ_CHECK(property.values.empty() ||
               std::ranges::find(property.values, value.text) != property.values.end());
  }
  if (property.type == ValueType::kDecimal) {
    FUZZ_CHECK(value.integer <= Decimal::kUnitsMax && value.integer >= -Decimal::kUnitsMax);
    FUZZ_CHECK(!property.minimum || Decimal{value.integer} >= *property.minimum);
  }
  if (property.type == ValueType::kDouble) FUZZ_CHECK(value.number - value.number == 0);  // finite
  if (property.field == CanonicalField::kEventTime) {
    FUZZ_CHECK(value.integer >= 0 && value.integer <= kArrival.micros + kFutureHorizonMicros);
  }
}

void check_refusal(const Refusal& refusal, std::string_view record) {
  FUZZ_CHECK(refusal.payload.data() == record.data() && refusal.payload.size() == record.size());
  FUZZ_CHECK(!refusal.event_index.has_value());
  FUZZ_CHECK(!refusal.message.empty() && refusal.message.size() < 1'000);
  check_text(refusal.message);
  for (const char c : refusal.message) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

std::string summary(const DecodedRow& decoded) {
  if (!decoded.readable) return std::string(code(decoded.refusal.reason)) + decoded.refusal.message;
  std::string text = std::to_string(decoded.row.event_id) + ' ' + std::to_string(decoded.row.content_hash);
  for (const FieldValue& value : decoded.row.fields) {
    text += value.present ? ' ' + std::to_string(value.integer) + std::string(value.text) : " none";
  }
  return text.append(decoded.row.extra);
}

// A decoder kept from input to input, as in production: no record may taint the next.
class Subject {
 public:
  explicit Subject(const Contract& contract) : contract_(contract), decoder_(contract_) {}

  const Contract& contract() const { return contract_; }
  void set_header(std::string_view header) { (void)decoder_.set_header(header); }

  void check(std::string_view record, bool unterminated) {
    const DecodedRow& decoded = decoder_.decode(record, kArrival, 7, unterminated);
    if (decoded.readable) {
      FUZZ_CHECK(!unterminated || contract_.format != RecordFormat::kCsv);
      for (std::size_t i = 0; i < decoded.row.fields.size(); ++i) {
        check_value(decoded.row.fields[i], contract_.properties[i]);
      }
      check_extra(decoded.row.extra);
    } else {
      check_refusal(decoded.refusal, record);
    }
    const std::string first = summary(decoded);
    (void)decoder_.decode({}, kArrival, 7);
    FUZZ_CHECK(summary(decoder_.decode(record, kArrival, 7, unterminated)) == first);
    if (contract_.format == RecordFormat::kJsonLines) check_by_parser(record, first);
  }

 private:
  // A blank in front means nothing, and leaves a plain record to the parser.
  void check_by_parser(std::string_view record, const std::string& first) {
    if (!record.starts_with('{') || record.size() >= kRecordSizeMax) return;
    const std::string moved = ' ' + std::string(record) + std::string(RowDecoder::kPadding, ' ');
    const std::string_view same(moved.data(), record.size() + 1);
    FUZZ_CHECK(summary(decoder_.decode(same, kArrival, 7)) == first);
  }

  Contract contract_;
  RowDecoder decoder_;
};

std::vector<std::unique_ptr<Subject>>& subjects() {
  static std::vector<std::unique_ptr<Subject>> all = [] {
    std::vector<std::unique_ptr<Subject>> made;
    for (const RecordFormat format : {RecordFormat::kJsonLines, RecordFormat::kCsv}) {
      made.push_back(std::make_unique<Subject>(test_typed(format)));
      for (Contract contract : builtin_contracts()) {
        if (contract.is_nested()) continue;
        contract.format = format;
        made.push_back(std::make_unique<Subject>(contract));
      }
    }
    return made;
  }();
  return all;
}

// `text` has padding behind it.
void check_csv(Subject& subject, std::string_view text, bool has_header) {
  const char delimiter = subject.contract().delimiter;
  subject.set_header({});
  while (!text.empty()) {
    const CsvRecord record = next_csv_record(text, delimiter, true).value();
    if (std::exchange(has_header, false)) {
      (void)is_csv_header(record.bytes, subject.contract());
      subject.set_header(record.bytes);
    } else {
      subject.check(record.bytes, record.unterminated);
    }
    text.remove_prefix(record.length);
  }
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  if (size == 0) return 0;
  const auto memory = std::make_unique<char[]>(size + RowDecoder::kPadding);
  std::memcpy(memory.get(), data, size);
  const std::string_view text(memory.get() + 1, size - 1);

  Subject& subject = *subjects()[(data[0] & 0x7f) % subjects().size()];
  if (subject.contract().format == RecordFormat::kCsv) {
    check_csv(subject, text, (data[0] & 0x80) != 0);
  } else {
    subject.check(text, false);
  }
  return 0;
}
