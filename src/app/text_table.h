// Few rows in aligned columns, for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace millrace {

class TextTable {
 public:
  struct Column {
    std::string name;
    bool is_number = false;  // stands to the right
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // A cell a column; plain text without control characters.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace millrace
