// The key of a record that is JSON: one of its members.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

// Not thread-safe.
class KeyField {
 public:
  explicit KeyField(std::string name);
  ~KeyField();

  // The text of a string, else the number or word as it is written; nothing when the line is no JSON object,
  // or has no such member, or a null, a list or an object there. `line` has 64 readable bytes behind it.
  // Lives until the next call.
  std::optional<std::string_view> read(std::string_view line);

 private:
  struct Parser;
  const std::string name_;
  std::unique_ptr<Parser> parser_;
  std::string number_;
};

}  // namespace millrace
