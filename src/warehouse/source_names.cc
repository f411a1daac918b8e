#include "warehouse/source_names.h"

namespace millrace {
namespace {

Parameter optional_text(const std::string& text) { return text.empty() ? Parameter(nullptr) : Parameter(text); }

}  // namespace

Result<SourceNames> SourceNames::open(Connection connection) {
  SourceNames names(std::move(connection));
  MILLRACE_ASSIGN(QueryResult rows, names.connection_.query("SELECT source_id, topic, partition, file FROM raw.sources"));
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    const auto partition =
        rows.is_null(row, 2) ? std::nullopt : std::optional(static_cast<std::int32_t>(rows.integer(row, 2)));
    names.ids_[{rows.text(row, 1), partition, rows.text(row, 3)}] = static_cast<std::uint32_t>(rows.integer(row, 0));
  }
  return names;
}

Result<std::uint32_t> SourceNames::id_of(const SourceName& name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(ids_.size() + 1);
  MILLRACE_TRY(connection_.query("INSERT INTO raw.sources VALUES (?, ?, ?, ?)",
                                 {static_cast<std::int64_t>(id), optional_text(name.topic),
                                  name.partition ? Parameter(*name.partition) : Parameter(nullptr),
                                  optional_text(name.file)}));
  ids_[name] = id;
  return id;
}

}  // namespace millrace
