#include "event/yaml_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/limits.h"
#include "base/nearest_word.h"
#include "event/json_text.h"

namespace millrace {
namespace {

constexpr std::size_t kSuggestionSizeMax = 64;  // of a word that is compared with others
constexpr std::size_t kListedWordsMax = 16;     // in a message

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

bool is_scalar(const YamlNode& node, std::string_view what, std::string_view expected,
               ContractFindings& findings) {
  if (node.kind == YamlNode::Kind::kScalar) return true;
  findings.error(node.place, fmt::format("{} is {}", what, kind_name(node.kind)),
                 fmt::format("write {}", expected));
  return false;
}

// The first are those that matter most.
std::string joined(std::span<const std::string_view> words) {
  const auto listed = words.first(std::min(words.size(), kListedWordsMax));
  return fmt::format("{}{}", fmt::join(listed, ", "), listed.size() < words.size() ? ", …" : "");
}

}  // namespace

void ContractFindings::add(ContractFinding finding) {
  has_errors_ |= finding.is_error;
  if (!are_full()) findings_.push_back(std::move(finding));
}

bool ContractFindings::are_full() const {
  return findings_.size() >= kContractFindingsMax;
}

std::vector<ContractFinding> ContractFindings::take() {
  std::ranges::sort(findings_, {}, [](const ContractFinding& finding) {
    return std::tie(finding.line, finding.column, finding.message);
  });
  if (are_full()) {
    findings_.push_back({has_errors_, 0, 0,
                         fmt::format("there is more to say than these {} things", kContractFindingsMax),
                         "mend these first"});
  }
  return std::move(findings_);
}

std::string meant(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() <= kSuggestionSizeMax) {
    const std::vector<std::string> candidates(known.begin(), known.end());
    if (const auto near = nearest_word(word, candidates)) return fmt::format("did you mean {}?", *near);
  }
  return "expected one of: " + joined(known);
}

std::string shown(std::string_view text) {
  return quoted_excerpt(text);
}

std::optional<std::string> read_text(const YamlNode& node, std::string_view what,
                                     ContractFindings& findings) {
  if (!is_scalar(node, what, "a text", findings)) return std::nullopt;
  return node.text;
}

std::optional<bool> read_flag(const YamlNode& node, std::string_view what, ContractFindings& findings) {
  if (!is_scalar(node, what, "true or false", findings)) return std::nullopt;
  if (!node.is_quoted && node.text == "true") return true;
  if (!node.is_quoted && node.text == "false") return false;
  findings.error(node.place, fmt::format("{} is {}", what, shown(node.text)),
                 "write true or false, without quotes");
  return std::nullopt;
}

std::optional<Decimal> read_decimal(const YamlNode& node, std::string_view what, ContractFindings& findings) {
  if (!is_scalar(node, what, "a number", findings)) return std::nullopt;
  const auto value = node.is_quoted ? std::nullopt : parse_decimal(node.text);
  if (!value) {
    findings.error(node.place, fmt::format("{} is {}", what, shown(node.text)),
                   "write a number such as 0 or 12.5, with at most 14 digits before the point");
  }
  return value;
}

std::optional<std::size_t> read_count(const YamlNode& node, std::string_view what,
                                      ContractFindings& findings) {
  if (!is_scalar(node, what, "a whole number", findings)) return std::nullopt;
  std::uint32_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [stopped, error] = std::from_chars(node.text.data(), end, value);
  if (error == std::errc() && stopped == end && !node.is_quoted) return value;
  findings.error(node.place, fmt::format("{} is {}", what, shown(node.text)),
                 "write a whole number from 0 on");
  return std::nullopt;
}

std::optional<std::size_t> read_choice(const YamlNode& node, std::string_view what,
                                       std::span<const std::string_view> names, ContractFindings& findings) {
  if (!is_scalar(node, what, "one of: " + joined(names), findings)) return std::nullopt;
  const auto found = std::ranges::find(names, node.text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  findings.error(node.place, fmt::format("{} is {}", what, shown(node.text)), meant(node.text, names));
  return std::nullopt;
}

std::span<const YamlNode> read_list(const YamlNode& node, std::string_view what, ContractFindings& findings) {
  if (node.kind == YamlNode::Kind::kSequence) return node.items;
  findings.error(node.place, fmt::format("{} is {}", what, kind_name(node.kind)),
                 "write a list: [a, b], or a line `- a` for each");
  return {};
}

const YamlNode* peek(const YamlNode& node, std::string_view key) {
  for (const YamlMember& member : node.members) {
    if (member.key.text == key) return &member.value;
  }
  return nullptr;
}

YamlFields::YamlFields(const YamlNode& node, std::string where, ContractFindings& findings)
    : node_(node), where_(std::move(where)), findings_(findings) {
  if (!is_mapping()) {
    findings_.error(node_.place, fmt::format("{} is {}", where_, kind_name(node_.kind)),
                    "write a mapping: a line `key: value` for each key");
    return;
  }
  for (const YamlMember& member : node_.members) {
    const auto same = [&member](const Taken& other) { return other.member->key.text == member.key.text; };
    if (member.key.kind != YamlNode::Kind::kScalar) {
      findings_.error(member.key.place, fmt::format("{} has {} as a key", where_, kind_name(member.key.kind)),
                      "write a text before the colon");
    } else if (const auto first = std::ranges::find_if(members_, same); first != members_.end()) {
      findings_.error(member.key.place, fmt::format("{} has {} twice", where_, shown(member.key.text)),
                      fmt::format("remove this one or the one of line {}", first->member->key.place.line));
    } else {
      members_.push_back({&member});
    }
  }
}

YamlFields::~YamlFields() {
  for (const auto& [member, taken] : members_) {
    if (taken || findings_.are_full()) continue;
    findings_.error(member->key.place, fmt::format("{} has no key {}", where_, shown(member->key.text)),
                    meant(member->key.text, known_));
  }
}

std::string YamlFields::what(std::string_view key) const {
  return fmt::format("{} of {}", key, where_);
}

const YamlNode* YamlFields::find(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.push_back(key);
  const auto found =
      std::ranges::find_if(members_, [key](const Taken& taken) { return taken.member->key.text == key; });
  if (found == members_.end()) return nullptr;
  found->taken = true;
  const YamlNode& value = found->member->value;
  return value.kind == YamlNode::Kind::kNull ? nullptr : &value;
}

const YamlNode* YamlFields::require(std::string_view key, std::string_view remedy) {
  const YamlNode* const value = find(key);
  if (value == nullptr && is_mapping()) {
    findings_.error(node_.place, fmt::format("{} has no {}", where_, key), std::string(remedy));
  }
  return value;
}

std::string YamlFields::text(std::string_view key) {
  const YamlNode* const value = find(key);
  return value == nullptr ? "" : read_text(*value, what(key), findings_).value_or("");
}

std::string YamlFields::required_text(std::string_view key, std::string_view remedy) {
  const YamlNode* const value = require(key, remedy);
  return value == nullptr ? "" : read_text(*value, what(key), findings_).value_or("");
}

bool YamlFields::flag(std::string_view key) {
  const YamlNode* const value = find(key);
  return value != nullptr && read_flag(*value, what(key), findings_).value_or(false);
}

void YamlFields::pass_over(std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) find(key);
}

}  // namespace millrace
