#include "warehouse/source_names.h"

#include <fmt/format.h>

namespace millrace {
namespace {

std::string text_or_null(const std::string& text) {
  return text.empty() ? "NULL" : sql_text(text);
}

}  // namespace

Result<SourceNames> SourceNames::open(Connection connection) {
  SourceNames names(std::move(connection));
  MILLRACE_ASSIGN(QueryResult rows,
                  names.connection_.query("SELECT source_id, topic, partition, file FROM raw.sources"));
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    const auto partition =
        rows.is_null(row, 2) ? std::nullopt : std::optional(static_cast<std::int32_t>(rows.integer(row, 2)));
    names.ids_[{rows.text(row, 1), partition, rows.text(row, 3)}] =
        static_cast<std::uint32_t>(rows.integer(row, 0));
  }
  return names;
}

Status SourceNames::add(const std::vector<SourceName>& names) {
  const std::lock_guard lock(mutex_);
  std::map<SourceName, std::uint32_t> added;
  std::string values;
  for (const SourceName& name : names) {
    const auto id = static_cast<std::uint32_t>(ids_.size() + added.size() + 1);
    if (ids_.contains(name) || !added.emplace(name, id).second) continue;
    values += fmt::format("{}({}, {}, {}, {})", values.empty() ? "" : ", ", id, text_or_null(name.topic),
                          name.partition ? std::to_string(*name.partition) : "NULL", text_or_null(name.file));
  }
  if (added.empty()) return {};
  MILLRACE_TRY(connection_.execute("INSERT INTO raw.sources VALUES " + values));
  ids_.merge(added);
  return {};
}

Result<std::uint32_t> SourceNames::id_of(const SourceName& name) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  }
  MILLRACE_TRY(add({name}));
  const std::lock_guard lock(mutex_);
  return ids_.at(name);
}

}  // namespace millrace
