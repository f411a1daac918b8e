#include "event/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>

#include "base/limits.h"
#include "base/utf8.h"

namespace millrace {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

bool is_control(std::uint32_t code) {
  return (code < 0x20 && code != '\n' && code != '\t' && code != '\r') || code == 0x7f;
}

// The first byte that no text may hold. The library would take some of them for the end of the file.
std::optional<YamlFault> unreadable_byte(std::string_view bytes) {
  YamlPlace place{1, 1};
  for (std::size_t at = 0; at < bytes.size(); ++place.column) {
    const Utf8Point point = utf8_point_at(bytes, at);
    if (point.code == kNoUtf8) return YamlFault{place, "this is not UTF-8", "save the file as UTF-8"};
    if (is_control(point.code)) {
      return YamlFault{place, fmt::format("there is a control character (U+{:04X})", point.code),
                       "remove it"};
    }
    at += point.size;
    if (point.code == '\n') place = {place.line + 1, 0};
  }
  return std::nullopt;
}

YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  node.place = place_of(mark);
  return node;
}

struct TreeSize {
  std::size_t nodes = 0;
  std::size_t text_bytes = 0;

  void add(const YamlNode& node) {
    ++nodes;
    text_bytes += node.text.size();
    for (const YamlNode& item : node.items) add(item);
    for (const YamlMember& member : node.members) {
      add(member.key);
      add(member.value);
    }
  }
};

std::size_t depth(const YamlNode& node) {
  std::size_t deepest = 0;
  for (const YamlNode& item : node.items) deepest = std::max(deepest, depth(item));
  for (const YamlMember& member : node.members) {
    deepest = std::max({deepest, depth(member.key), depth(member.value)});
  }
  return deepest + 1;
}

void move_to(YamlNode& node, YamlPlace place) {
  node.place = place;
  for (YamlNode& item : node.items) move_to(item, place);
  for (YamlMember& member : node.members) {
    move_to(member.key, place);
    move_to(member.value, place);
  }
}

// Builds the tree from what the library reports. Throws YamlFault through the library.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node_at(mark, YamlNode::Kind::kNull), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    for (const char c : value) {
      // An escape can write what the file itself must not hold.
      if (is_control(static_cast<unsigned char>(c))) {
        throw YamlFault{place_of(mark), "the text holds a control character", "remove its escape"};
      }
    }
    YamlNode scalar = node_at(mark, YamlNode::Kind::kScalar);
    scalar.text = value;
    scalar.is_quoted = tag != "?";
    add(std::move(scalar), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto meant = anchors_.find(anchor);
    if (meant == anchors_.end()) {
      throw YamlFault{place_of(mark), "the alias stands inside of what it means", "write out what is meant"};
    }
    check_depth(place_of(mark), open_.size() + depth(meant->second));
    YamlNode copy = meant->second;
    move_to(copy, place_of(mark));
    count(copy);
    add(std::move(copy), YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kMapping, mark, anchor);
  }
  void OnMapEnd() override { close(); }

  YamlNode take() { return std::move(root_); }

 private:
  struct OpenNode {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<YamlNode> key = {};  // of a mapping, until its value comes
  };

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    check_depth(place_of(mark), open_.size() + 1);
    YamlNode node = node_at(mark, kind);
    count(node);
    open_.push_back({std::move(node), anchor});
  }

  void close() {
    OpenNode done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    if (node.kind == YamlNode::Kind::kScalar || node.kind == YamlNode::Kind::kNull) count(node);
    if (anchor != YAML::NullAnchor) {
      count(node);
      anchors_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kSequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      parent.node.members.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  // Before it is kept: what a small file can stand for by its aliases is large.
  void count(const YamlNode& node) {
    size_.add(node);
    if (size_.nodes <= kContractNodesMax && size_.text_bytes <= kContractTextMax) return;
    throw YamlFault{node.place,
                    fmt::format("there are more than {} values, or more than {} bytes of them",
                                kContractNodesMax, kContractTextMax),
                    "write a smaller file, with fewer aliases"};
  }

  static void check_depth(YamlPlace place, std::size_t levels) {
    if (levels <= kDepthMax) return;
    throw YamlFault{place, fmt::format("values are nested more than {} levels deep", kDepthMax),
                    "write it flatter"};
  }

  YamlNode root_;
  std::vector<OpenNode> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  TreeSize size_;
};

// Text as a stream, without a copy.
class TextBuffer final : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // only ever read
    setg(begin, begin, begin + text.size());
  }
};

YamlNode parse(std::string_view bytes) {
  TextBuffer buffer(bytes);
  std::istream stream(&buffer);
  YAML::Parser parser(stream);
  TreeBuilder tree;
  if (!parser.HandleNextDocument(tree)) throw YamlFault{{}, "the file is empty", "write a contract into it"};
  TreeBuilder second;
  if (parser.HandleNextDocument(second)) {
    throw YamlFault{second.take().place, "a second document starts here", "write one contract a file"};
  }
  return tree.take();
}

}  // namespace

std::variant<YamlNode, YamlFault> read_yaml(std::string_view bytes) {
  if (bytes.size() > kContractSizeMax) {
    return YamlFault{{},
                     fmt::format("the file has {} bytes, more than {}", bytes.size(), kContractSizeMax),
                     "write a smaller file"};
  }
  if (auto fault = unreadable_byte(bytes)) return std::move(*fault);
  try {
    return parse(bytes);
  } catch (const YamlFault& fault) {
    return fault;
  } catch (const YAML::Exception& error) {
    return YamlFault{place_of(error.mark), "this is not YAML: " + error.msg,
                     "look at this line and those before: a text with `: ` in it must stand in quotes, and "
                     "lists need the same indent"};
  }
}

}  // namespace millrace
