#include "query/json_text.h"

#include <cstddef>

namespace millrace {
namespace {

constexpr int kJsonDepthMax = 256;

// Checks JSON by its grammar (RFC 8259) and copies it without blanks between tokens.
class Compactor {
 public:
  explicit Compactor(std::string_view text) : text_(text) {}

  std::optional<std::string> run() {
    if (!value(0)) return std::nullopt;
    skip_blanks();
    if (at_ != text_.size()) return std::nullopt;
    return std::move(out_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  bool take(char expected) {
    skip_blanks();
    if (peek() != expected) return false;
    out_ += text_[at_++];
    return true;
  }

  bool value(int depth) {
    if (depth > kJsonDepthMax) return false;
    skip_blanks();
    switch (peek()) {
      case '{':
        return members(depth);
      case '[':
        return elements(depth);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool members(int depth) {
    take('{');
    if (take('}')) return true;
    do {
      skip_blanks();
      if (!string() || !take(':') || !value(depth + 1)) return false;
    } while (take(','));
    return take('}');
  }

  bool elements(int depth) {
    take('[');
    if (take(']')) return true;
    do {
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take(']');
  }

  bool string() {
    if (peek() != '"') return false;
    const std::size_t start = at_++;
    while (peek() != '"') {
      if (static_cast<unsigned char>(peek()) < 0x20) return false;
      if (peek() == '\\' && !escape()) return false;
      ++at_;
    }
    ++at_;
    out_ += text_.substr(start, at_ - start);
    return true;
  }

  // Leaves the position on the escape's last character.
  bool escape() {
    ++at_;
    if (peek() != 'u')
      return peek() != '\0' && std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (peek() == '\0' || std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos)
        return false;
    }
    return true;
  }

  bool word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    out_ += expected;
    return true;
  }

  bool digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  bool number() {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    const bool zero = peek() == '0';
    const std::size_t whole = at_;
    if (!digits() || (zero && at_ - whole > 1)) return false;
    if (peek() == '.' && (++at_, !digits())) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    out_ += text_.substr(start, at_ - start);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::optional<std::string> compact_json(std::string_view text) {
  return Compactor(text).run();
}

}  // namespace millrace
