#include "event/contract_match.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/limits.h"
#include "event/csv_records.h"
#include "event/row_decoder.h"

namespace millrace {
namespace {

constexpr std::size_t kRecordsMax = 100;  // looked at
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr auto kVisitMembers = std::to_array<std::string_view>(
    {"session_id", "user_id", "device_type", "geolocation", "user_agent", "events"});
constexpr auto kVisitNeeds = std::to_array<std::string_view>({"session_id", "user_id", "events"});

using Names = std::set<std::string, std::less<>>;

// How well records fit: so many do, and so many of their names are known.
struct Fit {
  std::size_t records = 0;
  std::size_t known = 0;
  std::size_t names = 0;

  void add(std::size_t known_names, std::size_t all_names) {
    ++records;
    known += known_names;
    names += all_names;
  }

  friend bool operator<(const Fit& a, const Fit& b) {
    return a.records != b.records ? a.records < b.records : a.known * b.names < b.known * a.names;
  }
};

// The names that a contract needs, and those that it knows.
struct ContractNames {
  std::vector<std::string_view> needed;
  std::vector<std::string_view> known;

  explicit ContractNames(const Contract& contract) {
    if (contract.is_nested()) {
      needed.assign(kVisitNeeds.begin(), kVisitNeeds.end());
      known.assign(kVisitMembers.begin(), kVisitMembers.end());
    }
    for (const ContractProperty& property : contract.properties) {
      known.push_back(property.name);
      if (property.required) needed.push_back(property.name);
    }
  }

  std::vector<std::string_view> missing_of(const Names& names) const {
    std::vector<std::string_view> missing;
    for (const std::string_view name : needed) {
      if (!names.contains(name)) missing.push_back(name);
    }
    return missing;
  }
  std::size_t known_of(const Names& names) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(known, [&](std::string_view name) { return names.contains(name); }));
  }
  // A record without any name that is known says nothing, whatever is needed.
  bool fits(const Names& names) const { return known_of(names) > 0 && missing_of(names).empty(); }
};

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The names of the members of each line that is a JSON object.
std::vector<Names> json_records(std::string_view head) {
  std::vector<Names> records;
  simdjson::dom::parser parser;
  for (std::size_t i = 0; i < kRecordsMax && !head.empty(); ++i) {
    const std::string_view line = take_line(head);
    simdjson::dom::object object;
    if (line.empty() || line.size() > kRecordSizeMax) continue;
    if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) continue;
    Names names;
    for (const auto member : object) names.emplace(member.key);
    records.push_back(std::move(names));
  }
  return records;
}

Names csv_names(std::string_view record, char delimiter) {
  CsvFields fields(delimiter);
  if (!fields.split(record)) return {};
  return Names(fields.fields().begin(), fields.fields().end());
}

// Records without a header line, in the order of the contract: those that it would store.
Fit fit_by_values(std::string_view head, const Contract& contract) {
  Fit fit;
  RowDecoder decoder(contract);
  std::string padded;
  for (std::size_t i = 0; i < kRecordsMax && !head.empty(); ++i) {
    const auto record = next_csv_record(head, contract.delimiter, true);
    if (!record) break;
    padded.assign(record->bytes);
    padded.append(RowDecoder::kPadding, ' ');
    const std::string_view bytes(padded.data(), record->bytes.size());
    const std::size_t columns = contract.properties.size();
    if (decoder.decode(bytes, kTimestampMax, i, record->unterminated).readable) fit.add(columns, columns);
    head.remove_prefix(record->length);
  }
  return fit;
}

class Matcher {
 public:
  Matcher(std::string_view head, const std::vector<const Contract*>& contracts)
      : head_(head), json_(json_records(head)) {
    for (const Names& record : json_) count(record, contracts);
  }

  Fit fit(const Contract& contract) {
    if (contract.format == RecordFormat::kJsonLines) return json_fits_[&contract];
    if (!json_.empty() || head_.empty()) return {};
    return fit_csv(contract, ContractNames(contract));
  }

  // Which contract the records miss by fewest names, and those names.
  std::string nearest(const std::vector<const Contract*>& contracts) const {
    const Contract* best = nullptr;
    std::vector<std::string> lacked;
    for (const Contract* contract : contracts) {
      const ContractNames names(*contract);
      for (const Names& record : records_for(*contract)) {
        if (names.known_of(record) == 0) continue;
        const auto missing = names.missing_of(record);
        if (best != nullptr && missing.size() >= lacked.size()) continue;
        best = contract;
        lacked.assign(missing.begin(), missing.end());
      }
    }
    if (best == nullptr) return "no name in it is one of a known contract";
    return fmt::format("it comes nearest to {}, but has no {}", best->name, fmt::join(lacked, ", "));
  }

 private:
  // A record counts for those of the contracts it fits that know most of its names: one with a name left out
  // may still fit another contract, which needs less.
  void count(const Names& record, const std::vector<const Contract*>& contracts) {
    std::vector<const Contract*> best;
    std::size_t most = 0;
    for (const Contract* contract : contracts) {
      const ContractNames names(*contract);
      if (contract->format != RecordFormat::kJsonLines || !names.fits(record)) continue;
      const std::size_t known = names.known_of(record);
      if (known > most) best.clear();
      if (known >= most) best.push_back(contract);
      most = std::max(most, known);
    }
    for (const Contract* contract : best) json_fits_[contract].add(most, record.size());
  }

  Fit fit_csv(const Contract& contract, const ContractNames& names) const {
    const Names header = header_names(contract);
    if (contract.header != HeaderLine::kNone && names.fits(header)) {
      Fit fit;
      fit.add(names.known_of(header), header.size());
      return fit;
    }
    if (contract.header == HeaderLine::kRequired) return {};
    Fit fit = fit_by_values(head_, contract);
    fit.records = std::min<std::size_t>(fit.records, 1);  // no more than a header is worth
    return fit;
  }

  Names header_names(const Contract& contract) const {
    if (head_.empty()) return {};
    const auto header = next_csv_record(head_, contract.delimiter, true);
    return header ? csv_names(header->bytes, contract.delimiter) : Names{};
  }

  std::vector<Names> records_for(const Contract& contract) const {
    if (contract.format == RecordFormat::kJsonLines) return json_;
    return json_.empty() ? std::vector{header_names(contract)} : std::vector<Names>{};
  }

  std::string_view head_;
  std::vector<Names> json_;
  std::map<const Contract*, Fit> json_fits_;
};

}  // namespace

ContractMatch match_contract(std::string_view head, const std::vector<const Contract*>& contracts) {
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  Matcher matcher(head, contracts);
  ContractMatch match;
  Fit best;
  for (const Contract* contract : contracts) {
    const Fit fit = matcher.fit(*contract);
    if (fit.records == 0 || fit < best) continue;
    if (best < fit) match.best.clear();
    best = fit;
    match.best.push_back(contract);
  }
  if (match.best.empty()) {
    match.nearest = head.empty() ? "it is empty" : matcher.nearest(contracts);
  }
  return match;
}

}  // namespace millrace
