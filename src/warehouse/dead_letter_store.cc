#include "warehouse/dead_letter_store.h"

#include <fmt/format.h>

namespace millrace {
namespace {

constexpr std::size_t kPageRows = 256;
constexpr std::string_view kOrder =
    "received_at, source_file, source_line, source_event_index NULLS FIRST, dead_letter_id";

std::string where(const DeadLetterFilter& filter) {
  std::string sql = "WHERE true";
  if (!filter.reason.empty()) sql += " AND reason = " + sql_text(filter.reason);
  if (!filter.file.empty()) sql += " AND source_file GLOB " + sql_text(filter.file);
  if (filter.since) sql += fmt::format(" AND received_at >= make_timestamp({})", filter.since->micros);
  if (filter.until) sql += fmt::format(" AND received_at < make_timestamp({})", filter.until->micros);
  if (filter.id) sql += fmt::format(" AND dead_letter_id = {}", *filter.id);
  return sql;
}

}  // namespace

std::string dead_letter_list_sql(const DeadLetterFilter& filter, std::size_t limit) {
  return fmt::format(
      "SELECT dead_letter_id, reason, unit, source_file, source_line, source_event_index AS event, "
      "octet_length(payload) AS bytes, received_at, status, message "
      "FROM raw.dead_letters {} ORDER BY {} LIMIT {}",
      where(filter), kOrder, limit);
}

std::string dead_letter_summary_sql(const DeadLetterFilter& filter) {
  return fmt::format(
      "SELECT reason, count(*) AS dead_letters, count(DISTINCT source_file) AS files, max(received_at) AS "
      "last_received "
      "FROM raw.dead_letters {} GROUP BY reason ORDER BY dead_letters DESC, reason",
      where(filter));
}

Status each_dead_letter(Connection& connection, const DeadLetterFilter& filter,
                        const std::function<Status(const DeadLetter&)>& each) {
  for (std::size_t offset = 0;; offset += kPageRows) {
    MILLRACE_ASSIGN(
        QueryResult rows,
        connection.query(fmt::format(
            "SELECT dead_letter_id, reason, message, unit, "
            "concat_ws(', ', source_file, 'line ' || source_line, 'event ' || source_event_index), "
            "received_at, status, payload FROM raw.dead_letters {} ORDER BY {} LIMIT {} OFFSET {}",
            where(filter), kOrder, kPageRows, offset)));
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
      MILLRACE_TRY(each({.id = static_cast<std::uint64_t>(rows.integer(row, 0)),
                         .reason = rows.text(row, 1),
                         .message = rows.text(row, 2),
                         .unit = rows.text(row, 3),
                         .source = rows.text(row, 4),
                         .received_at = rows.text(row, 5),
                         .status = rows.text(row, 6),
                         .payload = rows.blob(row, 7)}));
    }
    if (rows.row_count() < kPageRows) return {};
  }
}

}  // namespace millrace
