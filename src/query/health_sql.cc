#include "query/health_sql.h"

#include <fmt/format.h>

#include <string_view>

#include "query/sql_tokens.h"

namespace millrace {
namespace {

constexpr std::string_view kNoFile = "(none)";

std::string equals(std::string_view column, const std::string& value) {
  if (value == kNoFile) return fmt::format("{} IS NULL", column);
  return fmt::format("{} = {}", column, sql_quoted(value));
}

std::string where(const HealthFilter& filter, std::string_view file_column) {
  std::string sql = "true";
  if (filter.reason) sql += " AND " + equals("reason", *filter.reason);
  if (filter.contract) sql += " AND " + equals("contract", *filter.contract);
  if (filter.file) sql += " AND " + equals(file_column, *filter.file);
  return sql;
}

std::string load_filter(const HealthRequest& request) {
  HealthFilter filter = request.filter;
  filter.reason.reset();  // a load has many
  return where(filter, "file_name");
}

std::string counted_by(const HealthFilter& filter, std::string_view column) {
  return fmt::format(
      "SELECT coalesce({0}, '{1}') AS key, count(*) AS dead_letters, max(received_at) AS newest,\n"
      "       sum(count(*)) OVER () AS of_dead_letters, count(*) OVER () AS of_keys\n"
      "FROM raw.dead_letters WHERE {2}\n"
      "GROUP BY {0} ORDER BY dead_letters DESC, key LIMIT {3}",
      column, kNoFile, where(filter, "source_file"), kHealthRowsMax);
}

constexpr std::string_view kCounts =
    "received, stored, dead_letters, duplicates, pending,\n"
    "       events_received, events_stored, events_dead_letters, events_duplicates,\n"
    "       items_received, items_stored, items_dead_letters, items_duplicates";

constexpr std::string_view kSums =
    "sum(received) AS received, sum(stored) AS stored, sum(dead_letters) AS dead_letters,\n"
    "       sum(duplicates) AS duplicates, sum(pending) AS pending, sum(events_received) AS "
    "events_received,\n"
    "       sum(events_stored) AS events_stored, sum(events_dead_letters) AS events_dead_letters,\n"
    "       sum(events_duplicates) AS events_duplicates, sum(items_received) AS items_received,\n"
    "       sum(items_stored) AS items_stored, sum(items_dead_letters) AS items_dead_letters,\n"
    "       sum(items_duplicates) AS items_duplicates";

}  // namespace

std::string loads_sql(const HealthRequest& request) {
  return fmt::format(
      "SELECT load_id, file_name AS file, contract, bytes, from_byte, state, started_at, finished_at,\n      "
      " {}\n"
      "FROM raw.loads WHERE {}\n"
      "ORDER BY started_at DESC, load_id DESC LIMIT {} OFFSET {}",
      kCounts, load_filter(request), request.limit, request.offset);
}

std::string load_sums_sql(const HealthRequest& request) {
  return fmt::format(
      "SELECT contract, count(*) AS loads, sum(bytes) AS bytes, {}\n"
      "FROM raw.loads WHERE {}\n"
      "GROUP BY contract ORDER BY contract",
      kSums, load_filter(request));
}

std::string load_count_sql(const HealthRequest& request) {
  return fmt::format("SELECT count(*) FROM raw.loads WHERE {}", load_filter(request));
}

std::string dead_letter_count_sql(const HealthRequest& request) {
  return fmt::format("SELECT count(*) FROM raw.dead_letters WHERE {}", where(request.filter, "source_file"));
}

std::string dead_letters_sql(const HealthRequest& request) {
  return fmt::format(
      "SELECT dead_letter_id::VARCHAR AS id, reason, message, unit, shape, contract, contract_version,\n"
      "       source_file AS file, source_line AS line, source_event_index AS event_index, received_at, "
      "status,\n"
      "       octet_length(payload) AS bytes, payload[1:{}] AS payload\n"
      "FROM raw.dead_letters WHERE {}\n"
      "ORDER BY received_at DESC, source_file, source_line, source_event_index NULLS FIRST, dead_letter_id\n"
      "LIMIT {} OFFSET {}",
      kPayloadSampleMax, where(request.filter, "source_file"), request.limit, request.offset);
}

std::string reasons_sql(const HealthRequest& request) {
  HealthFilter filter = request.filter;
  filter.reason.reset();
  return counted_by(filter, "reason");
}

std::string refusing_contracts_sql(const HealthRequest& request) {
  HealthFilter filter = request.filter;
  filter.contract.reset();
  return counted_by(filter, "contract");
}

std::string refused_files_sql(const HealthRequest& request) {
  HealthFilter filter = request.filter;
  filter.file.reset();
  return counted_by(filter, "source_file");
}

}  // namespace millrace
