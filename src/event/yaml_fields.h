// Reads YAML mappings whose keys are known, and finds what is wrong with them: keys that are not known, are
// there twice or are missing, values of another kind than expected.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "event/contract_file.h"
#include "event/yaml_tree.h"

namespace millrace {

// Grows to kContractFindingsMax; then it only keeps whether there are errors.
class ContractFindings {
 public:
  void error(YamlPlace place, std::string message, std::string remedy) {
    add({true, place.line, place.column, std::move(message), std::move(remedy)});
  }
  void warn(YamlPlace place, std::string message, std::string remedy) {
    add({false, place.line, place.column, std::move(message), std::move(remedy)});
  }

  bool has_errors() const { return has_errors_; }
  bool are_full() const;

  // In the order of their places.
  std::vector<ContractFinding> take();

 private:
  void add(ContractFinding finding);

  std::vector<ContractFinding> findings_;
  bool has_errors_ = false;
};

// `did you mean x?`, or what there is: `one of: a, b`.
std::string meant(std::string_view word, std::span<const std::string_view> known);

// For messages: what a person wrote, short and harmless.
std::string shown(std::string_view text);

// Reads single values. Each finds it an error when the value is of another kind; `what` names it.
std::optional<std::string> read_text(const YamlNode& node, std::string_view what, ContractFindings& findings);
std::optional<bool> read_flag(const YamlNode& node, std::string_view what, ContractFindings& findings);
std::optional<Decimal> read_decimal(const YamlNode& node, std::string_view what, ContractFindings& findings);
std::optional<std::size_t> read_count(const YamlNode& node, std::string_view what,
                                      ContractFindings& findings);
// The position in `names`.
std::optional<std::size_t> read_choice(const YamlNode& node, std::string_view what,
                                       std::span<const std::string_view> names, ContractFindings& findings);
// The items; none when it is no list.
std::span<const YamlNode> read_list(const YamlNode& node, std::string_view what, ContractFindings& findings);

// A value of a mapping, before it is read: nothing is found wrong. nullptr when the key is not there.
const YamlNode* peek(const YamlNode& node, std::string_view key);

// The members of one mapping, taken by their keys. What was not taken when it ends is an unknown key.
class YamlFields {
 public:
  // `where` names the mapping in messages: "the contract", "property `price`". Both references must outlive
  // it.
  YamlFields(const YamlNode& node, std::string where, ContractFindings& findings);
  ~YamlFields();
  YamlFields(const YamlFields&) = delete;
  YamlFields& operator=(const YamlFields&) = delete;

  bool is_mapping() const { return node_.kind == YamlNode::Kind::kMapping; }
  YamlPlace place() const { return node_.place; }
  const std::string& where() const { return where_; }

  // The value; nullptr when the key is not there or its value is null.
  const YamlNode* find(std::string_view key);

  // The same; an error with `remedy` when there is none.
  const YamlNode* require(std::string_view key, std::string_view remedy);

  // Empty when there is none, or it is no text.
  std::string text(std::string_view key);
  std::string required_text(std::string_view key, std::string_view remedy);
  bool flag(std::string_view key);

  // Keys that the standard has and that mean nothing here.
  void pass_over(std::span<const std::string_view> keys);
  void pass_over(std::initializer_list<std::string_view> keys) {
    pass_over(std::span(keys.begin(), keys.end()));
  }

 private:
  struct Taken {
    const YamlMember* member;
    bool taken = false;
  };

  std::string what(std::string_view key) const;

  const YamlNode& node_;
  const std::string where_;
  ContractFindings& findings_;
  std::vector<Taken> members_;
  std::vector<std::string_view> known_;
};

}  // namespace millrace
