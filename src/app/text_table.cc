#include "app/text_table.h"

#include <algorithm>

#include "base/check.h"
#include "base/utf8.h"

namespace millrace {

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(terminal_width(column.name));
  for (const auto& row : rows_) {
    MILLRACE_CHECK(row.size() == columns_.size());
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], terminal_width(row[i]));
  }
  std::string text;
  const auto append_line = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      if (i > 0) line += "  ";
      const std::size_t padding = widths[i] - terminal_width(cell);
      if (columns_[i].is_number) line.append(padding, ' ');
      line += cell;
      if (!columns_[i].is_number) line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  append_line([this](std::size_t i) -> const std::string& { return columns_[i].name; });
  for (const auto& row : rows_) append_line([&row](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

}  // namespace millrace
