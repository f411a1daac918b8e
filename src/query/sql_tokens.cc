#include "query/sql_tokens.h"

#include <algorithm>

namespace millrace {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '$';
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<SqlToken> scan() {
    while (at_ < sql_.size()) step();
    return std::move(tokens_);
  }

 private:
  using Kind = SqlToken::Kind;

  void step() {
    const char c = sql_[at_];
    if (is_space(c)) {
      ++at_;
    } else if (sql_.substr(at_).starts_with("--")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (sql_.substr(at_).starts_with("/*")) {
      skip_block_comment();
    } else if (c == '"') {
      quoted('"', Kind::kName);
    } else if (c == '\'') {
      quoted('\'', Kind::kText);
    } else if ((c == 'e' || c == 'E') && next_is('\'')) {
      ++at_;
      escaped_text();
    } else if (c == '$') {
      dollar();
    } else if (starts_name(c)) {
      run_of(continues_name, Kind::kName);
    } else if (is_digit(c)) {
      run_of([](char d) { return continues_name(d) || d == '.'; }, Kind::kNumber);
    } else {
      add(Kind::kSymbol, std::string(1, c), at_);
      ++at_;
    }
  }

  bool next_is(char c) const { return at_ + 1 < sql_.size() && sql_[at_ + 1] == c; }

  void add(Kind kind, std::string text, std::size_t offset) {
    if (kind == Kind::kName) text = lower(text);
    tokens_.push_back({kind, std::move(text), offset});
  }

  // Block comments nest, as in PostgreSQL.
  void skip_block_comment() {
    int depth = 0;
    while (at_ < sql_.size()) {
      if (sql_.substr(at_).starts_with("/*")) {
        ++depth;
        at_ += 2;
      } else if (sql_.substr(at_).starts_with("*/")) {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  // Two quotes in a row stand for one.
  void quoted(char quote, Kind kind) {
    const std::size_t start = at_++;
    std::string text;
    while (at_ < sql_.size()) {
      if (sql_[at_] == quote && !next_is(quote)) break;
      if (sql_[at_] == quote) ++at_;
      text += sql_[at_++];
    }
    ++at_;
    add(kind, std::move(text), start);
  }

  // E'…': a backslash takes the next character with it. What it stands for does not matter here.
  void escaped_text() {
    const std::size_t start = at_++;
    while (at_ < sql_.size() && sql_[at_] != '\'') at_ += sql_[at_] == '\\' ? std::size_t{2} : std::size_t{1};
    at_ = std::min(at_, sql_.size());
    add(Kind::kText, std::string(sql_.substr(start + 1, at_ - start - 1)), start);
    ++at_;
  }

  // $tag$ … $tag$ is a string, $1 a parameter.
  void dollar() {
    const std::size_t start = at_;
    std::size_t end = at_ + 1;
    while (end < sql_.size() && continues_name(sql_[end]) && sql_[end] != '$') ++end;
    const std::string_view tag = sql_.substr(start, end + 1 - start);
    const bool opens = end < sql_.size() && sql_[end] == '$' && !(tag.size() > 2 && is_digit(tag[1]));
    const std::size_t close = opens ? sql_.find(tag, end + 1) : std::string_view::npos;
    if (close == std::string_view::npos) {
      add(Kind::kSymbol, "$", at_);
      ++at_;
      return;
    }
    add(Kind::kText, std::string(sql_.substr(end + 1, close - end - 1)), start);
    at_ = close + tag.size();
  }

  template <typename Belongs>
  void run_of(Belongs belongs, Kind kind) {
    const std::size_t start = at_;
    while (at_ < sql_.size() && belongs(sql_[at_])) ++at_;
    add(kind, std::string(sql_.substr(start, at_ - start)), start);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  return Scanner(sql).scan();
}

std::string sql_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace millrace
