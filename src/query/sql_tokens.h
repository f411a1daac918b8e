// SQL text cut into tokens as DuckDB's scanner does it, as far as the guard needs them: comments are gone,
// quoted names and plain names look alike, and no text inside quotes is mistaken for SQL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct SqlToken {
  enum class Kind { kName, kNumber, kText, kSymbol };
  Kind kind = Kind::kSymbol;
  std::string
      text;  // a name in lower case without quotes; the content of a string; one character of a symbol
  std::size_t offset = 0;  // of its first byte in the statement
};

// Never fails: what cannot be SQL comes out as symbols, and DuckDB's parser refuses it.
std::vector<SqlToken> sql_tokens(std::string_view sql);

// `it's` as 'it''s', so that it is one string wherever it stands in a statement.
std::string sql_quoted(std::string_view text);

}  // namespace millrace
