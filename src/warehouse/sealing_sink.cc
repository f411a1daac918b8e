#include "warehouse/sealing_sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "event/visit_decoder.h"
#include "warehouse/sealing_writer.h"

namespace millrace {
namespace {

constexpr std::size_t kKeysPerQuery = 8192;

// `12,34,56`
std::string comma_list(std::span<const std::uint64_t> keys) {
  std::string list;
  for (const std::uint64_t key : keys) {
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ",", key);
  }
  return list;
}

Status find_events(Connection& reader, const std::string& keys, QueryResult& bounds, StoredVisits& found) {
  MILLRACE_ASSIGN(
      QueryResult events,
      reader.query(fmt::format("SELECT visit_key, event_id, event_index, page_url FROM sealed.visit_events "
                               "WHERE visit_key IN ({}) AND event_time BETWEEN '{}' AND '{}'",
                               keys, bounds.text(0, 0), bounds.text(0, 1))));
  for (std::size_t row = 0; row < events.row_count(); ++row) {
    StoredVisit& visit = found[static_cast<std::uint64_t>(events.integer(row, 0))];
    visit.event_ids.insert(static_cast<std::uint64_t>(events.integer(row, 1)));
    visit.next_event_index =
        std::max(visit.next_event_index, static_cast<std::int32_t>(events.integer(row, 2)) + 1);
    if (!events.is_null(row, 3)) visit.page_hashes.insert(hash64(events.text(row, 3)));
  }
  return {};
}

Status find_some(Connection& reader, std::span<const std::uint64_t> keys, StoredVisits& found) {
  const std::string list = comma_list(keys);
  const std::string where = fmt::format(" FROM sealed.visits WHERE visit_key IN ({})", list);
  MILLRACE_ASSIGN(QueryResult visits,
                  reader.query("SELECT visit_key, session_id, user_id, device_type::VARCHAR" + where));
  if (visits.row_count() == 0) return {};
  for (std::size_t row = 0; row < visits.row_count(); ++row) {
    StoredVisit& visit = found[static_cast<std::uint64_t>(visits.integer(row, 0))];
    visit.session_id = visits.text(row, 1);
    visit.user_id = visits.text(row, 2);
    visit.device_type = visits.text(row, 3);
  }
  // The bounds let DuckDB pass over the row groups of other times.
  MILLRACE_ASSIGN(QueryResult bounds, reader.query("SELECT min(started_at), max(ended_at)" + where));
  return find_events(reader, list, bounds, found);
}

}  // namespace

Result<std::unique_ptr<SealingSink>> SealingSink::open(const Database& database) {
  MILLRACE_ASSIGN(Connection reader, database.connect());
  MILLRACE_ASSIGN(QueryResult last, reader.query("SELECT coalesce(max(epoch), 0) FROM raw.progress"));
  MILLRACE_ASSIGN(Connection namer, database.connect());
  MILLRACE_ASSIGN(SourceNames sources, SourceNames::open(std::move(namer)));
  return std::unique_ptr<SealingSink>(
      new SealingSink(database, std::move(reader), std::move(sources), last.integer(0, 0)));
}

Result<std::unique_ptr<EpochWriter>> SealingSink::begin() {
  MILLRACE_ASSIGN(Connection connection, database_.connect());
  return SealingWriter::begin(std::move(connection), sources_, ++last_epoch_);
}

Result<StoredVisits> SealingSink::find(std::span<const std::uint64_t> keys) {
  StoredVisits found;
  const std::lock_guard lock(reader_mutex_);
  while (!keys.empty()) {
    const std::size_t count = std::min(keys.size(), kKeysPerQuery);
    MILLRACE_TRY(find_some(reader_, keys.first(count), found));
    keys = keys.subspan(count);
  }
  return found;
}

Status SealingSink::each_visit_key(const std::function<void(std::span<const std::uint64_t>)>& visit) {
  const std::lock_guard lock(reader_mutex_);
  return reader_.stream("SELECT visit_key FROM sealed.visits", [&](duckdb_data_chunk chunk) {
    const auto* keys =
        static_cast<const std::uint64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
    visit({keys, duckdb_data_chunk_get_size(chunk)});
  });
}

Result<std::vector<PendingRecord>> SealingSink::pending(std::size_t count) {
  const std::lock_guard lock(reader_mutex_);
  MILLRACE_ASSIGN(
      QueryResult last,
      reader_.query(fmt::format("SELECT coalesce(max(pending_id), 0) FROM (SELECT pending_id, "
                                "sum(size) OVER (ORDER BY pending_id) - size AS size_before FROM "
                                "(SELECT pending_id, octet_length(payload) AS size FROM raw.pending_records "
                                "ORDER BY pending_id LIMIT {})) WHERE size_before < {}",
                                count, kEpochSuspectsMax)));
  MILLRACE_ASSIGN(QueryResult rows, reader_.query(fmt::format(
                                        "SELECT pending_id, partition, payload, source_topic, source_file, "
                                        "source_partition, source_offset, source_line, epoch_us(received_at) "
                                        "FROM raw.pending_records WHERE pending_id <= {} ORDER BY pending_id",
                                        last.text(0, 0))));
  std::vector<PendingRecord> records(rows.row_count());
  const auto optional = [&](std::size_t row, std::size_t column) {
    return rows.is_null(row, column) ? std::nullopt : std::optional(rows.integer(row, column));
  };
  for (std::size_t row = 0; row < records.size(); ++row) {
    PendingRecord& record = records[row];
    record.pending_id = static_cast<std::uint64_t>(rows.integer(row, 0));
    record.partition = rows.text(row, 1);
    record.payload = rows.blob(row, 2);
    record.payload.append(VisitDecoder::kPadding, ' ');
    record.topic = rows.text(row, 3);
    record.file = rows.text(row, 4);
    const auto partition = optional(row, 5);
    record.provenance = {
        .topic = record.topic,
        .partition = partition ? std::optional(static_cast<std::int32_t>(*partition)) : std::nullopt,
        .offset = optional(row, 6),
        .file = record.file,
        .line = optional(row, 7),
        .received_at = {rows.integer(row, 8)}};
  }
  return records;
}

}  // namespace millrace
