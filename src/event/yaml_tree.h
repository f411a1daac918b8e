// YAML as a tree of values that know where they stand. The only place that knows the YAML library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace millrace {

// From 1; line 0 is the file as a whole.
struct YamlPlace {
  std::size_t line = 0;
  std::size_t column = 0;

  friend auto operator<=>(const YamlPlace&, const YamlPlace&) = default;
};

struct YamlMember;

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  YamlPlace place;
  std::string text;                 // kScalar: as written, without its quotes
  bool is_quoted = false;           // kScalar: text for certain, whatever it looks like
  std::vector<YamlNode> items;      // kSequence
  std::vector<YamlMember> members;  // kMapping, in their order; keys may be there twice
};

struct YamlMember {
  YamlNode key;
  YamlNode value;
};

struct YamlFault {
  YamlPlace place;
  std::string message;
  std::string remedy;
};

// One document. Any bytes; bounded in size (kContractSizeMax), depth (kDepthMax) and nodes
// (kContractNodesMax). What an alias stands for is copied to where the alias is. Texts are UTF-8, without
// control characters but newline and tab.
std::variant<YamlNode, YamlFault> read_yaml(std::string_view bytes);

}  // namespace millrace
