// Columns and their rules, as the standard writes them.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "event/contract_draft.h"

namespace millrace {
namespace {

constexpr auto kLogicalTypes = std::to_array<std::string_view>(
    {"string", "integer", "number", "boolean", "timestamp", "date", "time", "object", "array"});
constexpr std::array kValueTypes = {ValueType::kText,    ValueType::kInteger,   ValueType::kDecimal,
                                    ValueType::kBoolean, ValueType::kTimestamp, ValueType::kTimestamp};

constexpr std::string_view kNotChecked = "is not checked while loading";

// What the standard lets a property have and what means nothing here.
constexpr auto kPassedOver = std::to_array<std::string_view>(
    {"id", "businessName", "tags", "examples", "unique", "primaryKey", "primaryKeyPosition",
     "criticalDataElement", "partitioned", "partitionKeyPosition", "encryptedName", "transformSourceObjects",
     "relationships", "transformLogic", "transformDescription", "authoritativeDefinitions",
     "customProperties"});

bool is_number(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kDecimal || type == ValueType::kDouble;
}

// Reads one property; `where` names it in messages.
class PropertyReader {
 public:
  PropertyReader(const YamlNode& node, std::string where, ContractFindings& findings)
      : fields_(node, std::move(where), findings), findings_(findings) {}

  ContractProperty read() {
    read_name();
    read_type();
    property_.required = fields_.flag("required");
    property_.description = fields_.text("description");
    property_.classification = fields_.text("classification");
    if (const YamlNode* options = fields_.find("logicalTypeOptions")) read_options(*options);
    if (const YamlNode* rules = fields_.find("quality")) read_rules(*rules);
    fields_.pass_over(kPassedOver);
    return std::move(property_);
  }

 private:
  void read_name() {
    property_.name = fields_.required_text("name", "write the name of the column or member: `name: price`");
    const YamlNode* const column = fields_.find("physicalName");
    property_.column = property_.name;
    if (column == nullptr) return;
    property_.column = read_text(*column, "physicalName of " + fields_.where(), findings_).value_or("");
  }

  void read_type() {
    const std::string physical = fields_.text("physicalType");
    const YamlNode* const node = fields_.require("logicalType", "write one, such as `logicalType: string`");
    if (node == nullptr) return;
    const auto choice = read_choice(*node, "logicalType of " + fields_.where(), kLogicalTypes, findings_);
    if (!choice) return;
    if (*choice >= kValueTypes.size()) {
      findings_.error(node->place,
                      fmt::format("logicalType of {} is {}", fields_.where(), kLogicalTypes[*choice]),
                      "records are flat: take string, integer, number, boolean, timestamp or date");
      return;
    }
    property_.type = kValueTypes[*choice];
    if (property_.type == ValueType::kDecimal && physical == "DOUBLE") property_.type = ValueType::kDouble;
  }

  void read_options(const YamlNode& node) {
    YamlFields options(node, "logicalTypeOptions of " + fields_.where(), findings_);
    if (property_.type == ValueType::kText) {
      read_lengths(options);
    } else if (is_number(property_.type)) {
      read_bounds(options);
    } else if (property_.type == ValueType::kTimestamp) {
      read_time_options(options);
    }
  }

  void read_lengths(YamlFields& options) {
    const auto length = [&](std::string_view key) {
      const YamlNode* const node = options.find(key);
      return node == nullptr ? std::nullopt
                             : read_count(*node, fmt::format("{} of {}", key, fields_.where()), findings_);
    };
    property_.length_min = length("minLength");
    property_.length_max = length("maxLength");
    options.pass_over({"format"});
    warn_unchecked(options, {"pattern"});
    if (property_.length_min && property_.length_max && *property_.length_min > *property_.length_max) {
      findings_.error(options.place(), fmt::format("minLength of {} is above its maxLength", fields_.where()),
                      "lower minLength or raise maxLength");
    }
  }

  void read_bounds(YamlFields& options) {
    const auto bound = [&](std::string_view key) {
      const YamlNode* const node = options.find(key);
      return node == nullptr ? std::nullopt
                             : read_decimal(*node, fmt::format("{} of {}", key, fields_.where()), findings_);
    };
    property_.minimum = bound("minimum");
    property_.maximum = bound("maximum");
    options.pass_over({"format"});
    warn_unchecked(options, {"exclusiveMinimum", "exclusiveMaximum", "multipleOf"});
    if (property_.minimum && property_.maximum && *property_.minimum > *property_.maximum) {
      findings_.error(options.place(), fmt::format("minimum of {} is above its maximum", fields_.where()),
                      "lower minimum or raise maximum");
    }
  }

  void read_time_options(YamlFields& options) {
    const std::string pattern = options.text("format");
    if (!pattern.empty()) {
      auto format = TimeFormat::compile(pattern);
      if (format) {
        property_.time_format = std::move(*format);
      } else {
        findings_.error(options.find("format")->place, format.error().message,
                        "write a pattern such as yyyy-MM-dd HH:mm:ss, or epoch_seconds, epoch_millis, "
                        "epoch_micros; without a format ISO 8601 is read");
      }
    }
    const std::string zone = options.text("defaultTimezone");
    if (!zone.empty() && zone != "UTC" && zone != "Etc/UTC") {
      findings_.error(
          options.find("defaultTimezone")->place,
          fmt::format("times of {} are in {}", fields_.where(), shown(zone)),
          "times without a zone are read as UTC: write the zone into the data, with X in the format");
    }
    options.pass_over({"timezone"});
    warn_unchecked(options, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"});
  }

  void warn_unchecked(YamlFields& fields, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      const YamlNode* const node = fields.find(key);
      if (node == nullptr) continue;
      findings_.warn(node->place, fmt::format("{} of {} {}", key, fields_.where(), kNotChecked),
                     "check it with a query over the table");
    }
  }

  void read_rules(const YamlNode& list) {
    for (const YamlNode& rule : read_list(list, "quality of " + fields_.where(), findings_)) read_rule(rule);
  }

  void read_rule(const YamlNode& node) {
    YamlFields rule(node, "a quality rule of " + fields_.where(), findings_);
    rule.pass_over({"id",
                    "authoritativeDefinitions",
                    "description",
                    "dimension",
                    "method",
                    "name",
                    "schedule",
                    "scheduler",
                    "severity",
                    "businessImpact",
                    "unit",
                    "tags",
                    "customProperties",
                    "query",
                    "engine",
                    "implementation",
                    "mustNotBe",
                    "mustBeGreaterThan",
                    "mustBeGreaterOrEqualTo",
                    "mustBeLessThan",
                    "mustBeLessOrEqualTo",
                    "mustBeBetween",
                    "mustNotBeBetween"});
    const std::string type = rule.text("type");
    std::string metric = rule.text("metric");
    if (metric.empty()) metric = rule.text("rule");  // its name before v3.1
    const bool none_allowed = rule.text("mustBe") == "0";
    const YamlNode* const arguments = rule.find("arguments");
    if (!rule.is_mapping() || type == "text") return;
    const bool is_read = (type.empty() || type == "library") && follow(metric, arguments, none_allowed);
    if (is_read) return;
    findings_.warn(rule.place(), fmt::format("{} {}", rule.where(), kNotChecked),
                   "known are the metrics nullValues, missingValues, and invalidValues with validValues, "
                   "with `mustBe: 0`");
  }

  // Whether a rule of the standard's library is one that loading keeps.
  bool follow(std::string_view metric, const YamlNode* arguments, bool none_allowed) {
    if (metric == "nullValues" && none_allowed) {
      property_.required = true;
      return true;
    }
    if (metric == "missingValues" && arguments != nullptr) {
      read_texts(*arguments, "missingValues", property_.null_texts);
      property_.required |= none_allowed;
      return true;
    }
    if (metric == "invalidValues" && arguments != nullptr && none_allowed &&
        peek(*arguments, "validValues") != nullptr) {
      read_texts(*arguments, "validValues", property_.values);
      if (property_.values.empty()) {
        findings_.error(arguments->place, fmt::format("no value of {} is valid", fields_.where()),
                        "list those that are: validValues: [a, b]");
      }
      return true;
    }
    return false;
  }

  // A null among them says what is so anyway.
  void read_texts(const YamlNode& node, std::string_view key, std::vector<std::string>& texts) {
    const std::string what = fmt::format("{} of {}", key, fields_.where());
    YamlFields arguments(node, "arguments of " + fields_.where(), findings_);
    const YamlNode* const list = arguments.require(key, fmt::format("write {}: [a, b]", key));
    if (key == "validValues") warn_unchecked(arguments, {"pattern"});
    if (list == nullptr) return;
    for (const YamlNode& item : read_list(*list, what, findings_)) {
      if (item.kind == YamlNode::Kind::kNull) continue;
      const auto text = read_text(item, "a value of " + what, findings_);
      if (!text || text->empty()) continue;
      if (std::ranges::find(texts, *text) != texts.end()) {
        findings_.error(item.place, fmt::format("{} has {} twice", what, shown(*text)), "remove one");
      } else {
        texts.push_back(*text);
      }
    }
  }

  YamlFields fields_;
  ContractFindings& findings_;
  ContractProperty property_;
};

std::string place_name(const YamlNode& node, std::size_t position) {
  const YamlNode* const name = peek(node, "name");
  if (name == nullptr || name->text.empty()) return fmt::format("property {} of the list", position + 1);
  return "property " + shown(name->text);
}

// One member of a nested record.
void read_nested(const YamlNode& node, std::string where, bool is_item, ContractFindings& findings) {
  YamlFields fields(node, std::move(where), findings);
  if (!is_item) fields.required_text("name", "write the name of the member: `name: user_id`");
  const YamlNode* const type = fields.require("logicalType", "write one, such as `logicalType: string`");
  if (type != nullptr) read_choice(*type, "logicalType of " + fields.where(), kLogicalTypes, findings);
  fields.flag("required");
  if (const YamlNode* properties = fields.find("properties")) read_nested_properties(*properties, findings);
  if (const YamlNode* items = fields.find("items"))
    read_nested(*items, "items of " + fields.where(), true, findings);
  fields.pass_over({"name", "physicalName", "physicalType", "description", "classification",
                    "logicalTypeOptions", "quality"});
  fields.pass_over(kPassedOver);
}

}  // namespace

void read_properties(const YamlNode& list, ContractDraft& draft) {
  const auto nodes = read_list(list, "properties of the schema", draft.findings);
  if (nodes.size() > kContractPropertiesMax) {
    draft.findings.error(
        list.place,
        fmt::format("there are {} properties, more than {}", nodes.size(), kContractPropertiesMax),
        "leave out what nobody asks for: it is kept in the column extra");
    return;
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    PropertyReader reader(nodes[i], place_name(nodes[i], i), draft.findings);
    draft.contract.properties.push_back(reader.read());
    draft.property_places.push_back(nodes[i].place);
  }
}

void read_nested_properties(const YamlNode& list, ContractFindings& findings) {
  const auto nodes = read_list(list, "properties", findings);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    read_nested(nodes[i], place_name(nodes[i], i), false, findings);
}

}  // namespace millrace
