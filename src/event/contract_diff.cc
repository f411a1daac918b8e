#include "event/contract_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/contract_version.h"
#include "event/json_text.h"

namespace millrace {
namespace {

constexpr std::string_view kRefusesMore = "records that were stored before are refused";
constexpr std::string_view kStoresMore = "readers meet values that they did not before";
constexpr std::string_view kOtherRows = "the same record is no longer known as the same";

template <typename T, typename Write>
std::string text_of(const std::optional<T>& value, Write write) {
  return value ? write(*value) : std::string("none");
}

std::string listed(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts) text += (text.empty() ? "" : ", ") + quoted_excerpt(each);
  return text.empty() ? "none" : text;
}

ChangeKind kind_if(bool is_breaking) {
  return is_breaking ? ChangeKind::kBreaking : ChangeKind::kCompatible;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool contains_all(const std::vector<std::string>& texts, const std::vector<std::string>& others) {
  return std::ranges::all_of(others, [&](const std::string& other) { return contains(texts, other); });
}

std::string_view format_name(RecordFormat format) {
  return format == RecordFormat::kCsv ? "csv" : "json_lines";
}

std::string_view header_name(HeaderLine header) {
  switch (header) {
    case HeaderLine::kRequired:
      return "required";
    case HeaderLine::kOptional:
      return "optional";
    case HeaderLine::kNone:
      return "none";
  }
  return "";
}

// By names, since positions move.
std::string identity_text(const Contract& contract) {
  const RecordIdentity& identity = contract.identity;
  if (identity.is_position()) return "position";
  std::string text = identity.id ? "id " + contract.properties[*identity.id].name : "";
  std::vector<std::string> fields;
  for (const std::size_t field : identity.fields) fields.push_back(contract.properties[field].name);
  if (!fields.empty())
    text += fmt::format("{}fields {}", text.empty() ? "" : ", else ", fmt::join(fields, ", "));
  return text;
}

std::string event_type_text(const Contract& contract) {
  if (!contract.event_type) return "none";
  const EventTypeRule& rule = *contract.event_type;
  const std::string otherwise(canonical_name(rule.otherwise));
  if (rule.kind == EventTypeRule::Kind::kConstant) return otherwise;
  const std::string& property = contract.properties[rule.property].name;
  std::string cases;
  for (const auto& [text, type] : rule.cases) {
    cases += fmt::format("{}{}: {}", cases.empty() ? "" : ", ", text, canonical_name(type));
  }
  switch (rule.kind) {
    case EventTypeRule::Kind::kValues:
      return fmt::format("{} by value {{{}}}", property, cases);
    case EventTypeRule::Kind::kPrefixes:
      return fmt::format("{} by start {{{}}}, otherwise {}", property, cases, otherwise);
    default:
      return fmt::format("{} where {} is present, else {}", canonical_name(rule.cases.at(0).second), property,
                         otherwise);
  }
}

// Whether the rule only learned further texts.
bool knows_more_values(const Contract& before, const Contract& after) {
  const auto& a = before.event_type;
  const auto& b = after.event_type;
  if (!a || !b || a->kind != EventTypeRule::Kind::kValues || b->kind != a->kind) return false;
  if (before.properties[a->property].name != after.properties[b->property].name) return false;
  return std::ranges::all_of(
      a->cases, [&](const auto& each) { return std::ranges::find(b->cases, each) != b->cases.end(); });
}

// The changes of one property that both contracts have.
class PropertyDiff {
 public:
  PropertyDiff(const ContractProperty& before, const ContractProperty& after,
               std::vector<ContractChange>& changes)
      : before_(before), after_(after), changes_(changes) {}

  void compare() {
    compare_column();
    compare_required();
    compare_values();
    compare_bounds();
    compare_lengths();
    compare_texts();
  }

 private:
  void add(ChangeKind kind, std::string_view what, std::string_view why) {
    changes_.push_back({kind, fmt::format("property {}: {}", after_.name, what), std::string(why)});
  }
  void add(ChangeKind kind, std::string_view what, std::string_view now, std::string_view was,
           std::string_view why) {
    add(kind, fmt::format("{} is {}, was {}", what, now, was), why);
  }

  void compare_column() {
    if (before_.column != after_.column) {
      add(ChangeKind::kBreaking, "physicalName", after_.column, before_.column,
          "queries that name the column fail");
    }
    if (before_.type != after_.type) {
      add(ChangeKind::kBreaking, "logicalType", name(after_.type), name(before_.type),
          "stored rows and queries are of another type");
    }
    if (before_.field != after_.field) {
      const auto field = [](CanonicalField each) { return std::string(name(each)); };
      add(kind_if(before_.field.has_value()), "mapping", text_of(after_.field, field),
          text_of(before_.field, field),
          before_.field ? "the table of all events has the value elsewhere"
                        : "the table of all events has it, too");
    }
    if (before_.time_format != after_.time_format) {
      const auto pattern = [](const TimeFormat& format) { return quoted_excerpt(format.pattern()); };
      add(ChangeKind::kBreaking, "format", text_of(after_.time_format, pattern),
          text_of(before_.time_format, pattern), kRefusesMore);
    }
  }

  void compare_required() {
    if (before_.required == after_.required) return;
    add(kind_if(after_.required), after_.required ? "is required, was not" : "is not required, was so",
        after_.required ? kRefusesMore : "readers meet rows without a value");
  }

  // Without a list every value is allowed.
  void compare_values() {
    const auto& was = before_.values;
    const auto& now = after_.values;
    if (std::ranges::is_permutation(was, now)) return;
    const bool narrower = was.empty() || (!now.empty() && !contains_all(now, was));
    add(kind_if(narrower), "validValues", now.empty() ? "any" : listed(now),
        was.empty() ? "any" : listed(was), narrower ? kRefusesMore : kStoresMore);
  }

  template <typename T, typename Write>
  void compare_bound(std::string_view what, const std::optional<T>& was, const std::optional<T>& now,
                     bool is_lower, Write write) {
    if (was == now) return;
    const bool narrower = now && (!was || (is_lower ? *now > *was : *now < *was));
    add(kind_if(narrower), what, text_of(now, write), text_of(was, write),
        narrower ? kRefusesMore : kStoresMore);
  }

  void compare_bounds() {
    const auto write = [](Decimal value) { return format_decimal(value); };
    compare_bound("minimum", before_.minimum, after_.minimum, true, write);
    compare_bound("maximum", before_.maximum, after_.maximum, false, write);
  }

  void compare_lengths() {
    const auto write = [](std::size_t value) { return std::to_string(value); };
    compare_bound("minLength", before_.length_min, after_.length_min, true, write);
    compare_bound("maxLength", before_.length_max, after_.length_max, false, write);
  }

  void compare_texts() {
    if (!std::ranges::is_permutation(before_.null_texts, after_.null_texts)) {
      add(ChangeKind::kBreaking, "missingValues", listed(after_.null_texts), listed(before_.null_texts),
          "the same text is a value for one and none for the other");
    }
    if (before_.strip_suffix != after_.strip_suffix) {
      add(ChangeKind::kBreaking, "strip_suffix", quoted_excerpt(after_.strip_suffix),
          quoted_excerpt(before_.strip_suffix), "the same text is stored as another");
    }
    if (before_.classification != after_.classification) {
      add(ChangeKind::kWording, "classification", quoted_excerpt(after_.classification),
          quoted_excerpt(before_.classification), "only who may see it may change");
    }
    if (before_.description != after_.description)
      add(ChangeKind::kWording, "another description", "for people only");
  }

  const ContractProperty& before_;
  const ContractProperty& after_;
  std::vector<ContractChange>& changes_;
};

class ContractComparison {
 public:
  ContractComparison(const Contract& before, const Contract& after) : before_(before), after_(after) {}

  std::vector<ContractChange> compare() {
    compare_kind();
    compare_properties();
    compare_order();
    compare_rules();
    if (before_.description != after_.description)
      add(ChangeKind::kWording, "another description", "for people only");
    return std::move(changes_);
  }

 private:
  void add(ChangeKind kind, std::string what, std::string_view why) {
    changes_.push_back({kind, std::move(what), std::string(why)});
  }
  void compare_text(std::string_view what, std::string_view was, std::string_view now, std::string_view why) {
    if (was != now) add(ChangeKind::kBreaking, fmt::format("{} is {}, was {}", what, now, was), why);
  }

  void compare_kind() {
    compare_text("name", before_.name, after_.name, "its table is another one");
    compare_text("shape", name(before_.shape), name(after_.shape), "its rows leave the tables of the shape");
    compare_text("format", format_name(before_.format), format_name(after_.format), kRefusesMore);
    if (before_.format != RecordFormat::kCsv || after_.format != RecordFormat::kCsv) return;
    compare_text("delimiter", quoted_excerpt({&before_.delimiter, 1}), quoted_excerpt({&after_.delimiter, 1}),
                 kRefusesMore);
    if (before_.header == after_.header) return;
    add(kind_if(after_.header != HeaderLine::kOptional),
        fmt::format("header is {}, was {}", header_name(after_.header), header_name(before_.header)),
        after_.header == HeaderLine::kOptional ? "files with a header and without one are read"
                                               : kRefusesMore);
  }

  void compare_properties() {
    for (const ContractProperty& was : before_.properties) {
      const auto now = after_.property_named(was.name);
      if (!now) {
        add(ChangeKind::kBreaking, fmt::format("property {} is gone", was.name), renamed(was));
      } else {
        PropertyDiff(was, after_.properties[*now], changes_).compare();
      }
    }
    for (const ContractProperty& now : after_.properties) {
      if (before_.property_named(now.name)) continue;
      add(kind_if(now.required),
          fmt::format("property {} is new{}", now.name, now.required ? " and required" : ""),
          now.required ? kRefusesMore : "a further column; older rows have no value in it");
    }
  }

  // A new property of the same column is the same under another name.
  std::string renamed(const ContractProperty& gone) const {
    const auto same = std::ranges::find(after_.properties, gone.column, &ContractProperty::column);
    if (same == after_.properties.end()) return "queries that name its column fail";
    return fmt::format("it is {} now: records with the old name have no value there", same->name);
  }

  // Without a header line the order of columns is what tells them apart.
  void compare_order() {
    if (after_.format != RecordFormat::kCsv || after_.header == HeaderLine::kRequired) return;
    const auto same = [](const ContractProperty& a, const ContractProperty& b) { return a.name == b.name; };
    if (std::ranges::equal(before_.properties, after_.properties, same)) return;
    add(ChangeKind::kBreaking,
        "the columns of CSV stand in another order, or there is another number of them",
        "files without a header line are read wrongly or refused");
  }

  void compare_rules() {
    if (event_type_text(before_) != event_type_text(after_)) {
      const bool more = knows_more_values(before_, after_);
      add(kind_if(!more),
          fmt::format("event_type is {}, was {}", event_type_text(after_), event_type_text(before_)),
          more ? kStoresMore : "the same record is another event");
    }
    compare_text("identity", identity_text(before_), identity_text(after_), kOtherRows);
    const std::string_view was = before_.currency.empty() ? "unknown" : std::string_view(before_.currency);
    const std::string_view now = after_.currency.empty() ? "unknown" : std::string_view(after_.currency);
    compare_text("currency", was, now, "the same number is another amount of money");
  }

  const Contract& before_;
  const Contract& after_;
  std::vector<ContractChange> changes_;
};

bool holds(const std::vector<ContractChange>& changes, ChangeKind kind) {
  return std::ranges::find(changes, kind, &ContractChange::kind) != changes.end();
}

std::string version_fault(const Contract& before, const Contract& after,
                          const std::vector<ContractChange>& changes) {
  const auto was = parse_contract_version(before.version);
  const auto now = parse_contract_version(after.version);
  if (!was || !now) return "a version is not of the form 1.0.0";
  if (*now < *was) return fmt::format("version {} is older than {}", after.version, before.version);
  if (holds(changes, ChangeKind::kBreaking) && now->major == was->major) {
    return fmt::format("version {} does not say that something breaks; write {}.0.0", after.version,
                       was->major + 1);
  }
  if (holds(changes, ChangeKind::kCompatible) && now->major == was->major && now->minor == was->minor) {
    return fmt::format("version {} does not say that something is new; write {}.{}.0", after.version,
                       was->major, was->minor + 1);
  }
  if (changes.empty() || *now > *was) return {};
  return fmt::format("version {} does not say that something changed; write {}.{}.{}", after.version,
                     was->major, was->minor, was->patch + 1);
}

}  // namespace

std::string_view name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kBreaking:
      return "breaking";
    case ChangeKind::kCompatible:
      return "compatible";
    case ChangeKind::kWording:
      return "wording";
  }
  return "";
}

bool ContractDiff::is_breaking() const {
  return holds(changes, ChangeKind::kBreaking);
}

ContractDiff diff_contracts(const Contract& before, const Contract& after) {
  ContractDiff diff;
  diff.changes = ContractComparison(before, after).compare();
  diff.version_fault = version_fault(before, after, diff.changes);
  return diff;
}

}  // namespace millrace
