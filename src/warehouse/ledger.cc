#include "warehouse/ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {

Result<Ledger> Ledger::open(Connection& connection) {
  Ledger ledger;
  MILLRACE_ASSIGN(QueryResult loads,
                  connection.query("SELECT load_id, state = 'complete' FROM raw.load_files"));
  for (std::size_t row = 0; row < loads.row_count(); ++row) {
    const auto id = static_cast<std::uint64_t>(loads.integer(row, 0));
    ledger.rows_.insert(id);
    if (loads.integer(row, 1) == 0) ledger.unfinished_.insert(id);
    ledger.last_load_id_ = std::max(ledger.last_load_id_, id);
  }
  MILLRACE_ASSIGN(QueryResult chunks, connection.query("SELECT start, checksum_before, position, checksum, "
                                                       "unterminated, load_id, contract FROM raw.progress "
                                                       "WHERE checksum IS NOT NULL"));
  for (std::size_t row = 0; row < chunks.row_count(); ++row) {
    const Place place{chunks.text(row, 6), static_cast<std::uint64_t>(chunks.integer(row, 0)),
                      chunks.text(row, 1)};
    ledger.chunks_[place].push_back({.end = static_cast<std::uint64_t>(chunks.integer(row, 2)),
                                     .checksum = chunks.text(row, 3),
                                     .unterminated = chunks.text(row, 4) == "true",
                                     .load_id = static_cast<std::uint64_t>(chunks.integer(row, 5))});
    const std::uint64_t load_id = ledger.chunks_[place].back().load_id;
    if (!ledger.has_row(load_id)) ledger.unfinished_.insert(load_id);
    ledger.last_load_id_ = std::max(ledger.last_load_id_, load_id);
  }
  for (auto& [place, known] : ledger.chunks_) std::ranges::sort(known, {}, &KnownChunk::end);
  return ledger;
}

std::vector<KnownChunk> Ledger::chunks_at(const std::string& contract, std::uint64_t start,
                                          const std::string& checksum) const {
  const auto found = chunks_.find(Place{contract, start, checksum});
  return found == chunks_.end() ? std::vector<KnownChunk>{} : found->second;
}

void Ledger::add_chunk(const std::string& contract, std::uint64_t start, const std::string& checksum,
                       KnownChunk chunk) {
  std::vector<KnownChunk>& known = chunks_[Place{contract, start, checksum}];
  known.insert(std::ranges::upper_bound(known, chunk.end, {}, &KnownChunk::end), std::move(chunk));
}

bool Ledger::resume(std::uint64_t load_id) {
  return unfinished_.erase(load_id) == 1;
}

// In one statement, since the files may be many.
Status Ledger::complete(Connection& connection, const std::vector<FileFacts>& files, Timestamp now) {
  if (files.empty()) return {};
  std::string values;
  for (const FileFacts& file : files) {
    values += fmt::format("{}({}::UBIGINT, '{}', {}::UBIGINT)", values.empty() ? "" : ", ", file.load_id,
                          file.content_hash, file.bytes);
  }
  return connection.execute(
      fmt::format("UPDATE raw.load_files AS f SET content_hash = d.content_hash, bytes = d.bytes, "
                  "finished_at = make_timestamp({}), state = 'complete' "
                  "FROM (VALUES {}) AS d (load_id, content_hash, bytes) WHERE f.load_id = d.load_id",
                  now.micros, values));
}

}  // namespace millrace
