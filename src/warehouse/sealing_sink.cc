#include "warehouse/sealing_sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "warehouse/sealing_writer.h"

namespace millrace {
namespace {

// Each query reads the whole column of keys, so few of them. A list this long is 2 MB of text.
constexpr std::size_t kKeysPerQuery = 1 << 17;
// The keys that a list names, from text that is split by columns: parsing it as SQL costs ten times that.
constexpr std::string_view kListedKeys = "(SELECT unnest(string_split(?, ','))::UBIGINT)";

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
                               "WHERE visit_key IN {} AND event_time BETWEEN '{}' AND '{}'",
                               kListedKeys, bounds.text(0, 0), bounds.text(0, 1)),
                   {keys}));
  for (std::size_t row = 0; row < events.row_count(); ++row) {
    StoredVisit& visit = found[static_cast<std::uint64_t>(events.integer(row, 0))];
    visit.event_ids.insert(static_cast<std::uint64_t>(events.integer(row, 1)));
    visit.next_event_index =
        std::max(visit.next_event_index, static_cast<std::int32_t>(events.integer(row, 2)) + 1);
    if (!events.is_null(row, 3)) visit.page_hashes.insert(hash64(events.text(row, 3)));
  }
  return {};
}

Status find_some_visits(Connection& reader, std::span<const std::uint64_t> keys, StoredVisits& found) {
  const std::string list = comma_list(keys);
  const std::string where = fmt::format(" FROM sealed.visits WHERE visit_key IN {}", kListedKeys);
  MILLRACE_ASSIGN(
      QueryResult visits,
      reader.query("SELECT visit_key, session_id, user_id, device_type::VARCHAR" + where, {list}));
  if (visits.row_count() == 0) return {};
  for (std::size_t row = 0; row < visits.row_count(); ++row) {
    StoredVisit& visit = found[static_cast<std::uint64_t>(visits.integer(row, 0))];
    visit.session_id = visits.text(row, 1);
    visit.user_id = visits.text(row, 2);
    visit.device_type = visits.text(row, 3);
  }
  // The bounds let DuckDB pass over the row groups of other times.
  MILLRACE_ASSIGN(QueryResult bounds, reader.query("SELECT min(started_at), max(ended_at)" + where, {list}));
  return find_events(reader, list, bounds, found);
}

}  // namespace

Result<std::unique_ptr<SealingSink>> SealingSink::open(const Database& database,
                                                       const ContractStore& contracts) {
  MILLRACE_ASSIGN(Connection reader, database.connect());
  MILLRACE_ASSIGN(QueryResult last, reader.query("SELECT coalesce(max(epoch), 0) FROM raw.progress"));
  MILLRACE_ASSIGN(Connection namer, database.connect());
  MILLRACE_ASSIGN(SourceNames sources, SourceNames::open(std::move(namer)));
  return std::unique_ptr<SealingSink>(
      new SealingSink(database, contracts, std::move(reader), std::move(sources), last.integer(0, 0)));
}

Result<std::unique_ptr<EpochWriter>> SealingSink::begin() {
  MILLRACE_ASSIGN(Connection connection, database_.connect());
  return SealingWriter::begin(std::move(connection), contracts_, sources_, ++last_epoch_);
}

Result<StoredVisits> SealingSink::find_visits(std::span<const std::uint64_t> keys) {
  StoredVisits found;
  const std::lock_guard lock(reader_mutex_);
  while (!keys.empty()) {
    const std::size_t count = std::min(keys.size(), kKeysPerQuery);
    MILLRACE_TRY(find_some_visits(reader_, keys.first(count), found));
    keys = keys.subspan(count);
  }
  return found;
}

Result<StoredRows> SealingSink::find_rows(const Contract& contract,
                                          std::span<const std::uint64_t> event_ids) {
  StoredRows found;
  if (!contracts_.is_prepared(contract)) return found;
  const std::lock_guard lock(reader_mutex_);
  while (!event_ids.empty()) {
    const std::size_t count = std::min(event_ids.size(), kKeysPerQuery);
    MILLRACE_ASSIGN(QueryResult rows,
                    reader_.query(fmt::format("SELECT event_id, content_hash FROM {} WHERE event_id IN {}",
                                              table_name(contract), kListedKeys),
                                  {comma_list(event_ids.first(count))}));
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
      found[static_cast<std::uint64_t>(rows.integer(row, 0))] =
          static_cast<std::uint64_t>(rows.integer(row, 1));
    }
    event_ids = event_ids.subspan(count);
  }
  return found;
}

Status SealingSink::each_key(const Contract& contract,
                             const std::function<void(std::span<const std::uint64_t>)>& use) {
  if (!contracts_.is_prepared(contract)) return {};
  const std::string sql = contract.is_nested() ? "SELECT visit_key FROM sealed.visits"
                                               : fmt::format("SELECT event_id FROM {}", table_name(contract));
  const std::lock_guard lock(reader_mutex_);
  return reader_.stream(sql, [&](duckdb_data_chunk chunk) {
    const auto* keys =
        static_cast<const std::uint64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
    use({keys, duckdb_data_chunk_get_size(chunk)});
  });
}

Result<std::vector<PendingRecord>> SealingSink::pending(std::size_t count) {
  const std::lock_guard lock(reader_mutex_);
  MILLRACE_ASSIGN(const QueryResult any, reader_.query("SELECT 1 FROM raw.pending_records LIMIT 1"));
  if (any.row_count() == 0) return std::vector<PendingRecord>();
  MILLRACE_ASSIGN(
      QueryResult last,
      reader_.query(fmt::format("SELECT coalesce(max(pending_id), 0) FROM (SELECT pending_id, "
                                "sum(size) OVER (ORDER BY pending_id) - size AS size_before FROM "
                                "(SELECT pending_id, octet_length(payload) AS size FROM raw.pending_records "
                                "ORDER BY pending_id LIMIT {})) WHERE size_before < {}",
                                count, kEpochSuspectsMax)));
  MILLRACE_ASSIGN(QueryResult rows, reader_.query(fmt::format(
                                        "SELECT pending_id, partition, payload, source_topic, source_file, "
                                        "source_partition, source_offset, source_line, "
                                        "epoch_us(received_at), contract, header "
                                        "FROM raw.pending_records WHERE pending_id <= {} ORDER BY pending_id",
                                        last.text(0, 0))));
  std::vector<PendingRecord> records;
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    MILLRACE_ASSIGN(PendingRecord record, pending_record(rows, row));
    records.push_back(std::move(record));
  }
  return records;
}

Result<PendingRecord> SealingSink::pending_record(QueryResult& rows, std::size_t row) const {
  const auto optional = [&](std::size_t column) {
    return rows.is_null(row, column) ? std::nullopt : std::optional(rows.integer(row, column));
  };
  const std::string topic = rows.text(row, 3);
  const std::string file = rows.text(row, 4);
  const auto partition = optional(5);
  const Provenance place{
      .topic = topic,
      .partition = partition ? std::optional(static_cast<std::int32_t>(*partition)) : std::nullopt,
      .offset = optional(6),
      .file = file,
      .line = optional(7),
      .received_at = {rows.integer(row, 8)}};
  PendingRecord record{.pending_id = static_cast<std::uint64_t>(rows.integer(row, 0)),
                       .contract = contracts_.find(rows.text(row, 9)),
                       .partition = rows.text(row, 1),
                       .header = rows.text(row, 10),
                       .kept = KeptRecord(rows.blob(row, 2), place)};
  if (record.contract != nullptr) return record;
  return fail(ErrorCode::kInternal,
              "records were set aside for contract " + rows.text(row, 9) + ", which is not known any more");
}

}  // namespace millrace
