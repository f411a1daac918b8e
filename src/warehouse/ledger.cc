#include "warehouse/ledger.h"

#include <algorithm>

namespace millrace {

Result<Ledger> Ledger::open(Connection& connection) {
  MILLRACE_TRY(connection.execute(
      "DELETE FROM raw.load_files WHERE state = 'loading' "
      "AND NOT EXISTS (SELECT 1 FROM raw.progress p WHERE p.load_id = load_files.load_id)"));
  Ledger ledger;
  MILLRACE_ASSIGN(QueryResult loads, connection.query("SELECT load_id, state = 'complete' FROM raw.load_files"));
  for (std::size_t row = 0; row < loads.row_count(); ++row) {
    const auto id = static_cast<std::uint64_t>(loads.integer(row, 0));
    if (loads.integer(row, 1) == 0) ledger.unfinished_.insert(id);
    ledger.last_load_id_ = std::max(ledger.last_load_id_, id);
  }
  MILLRACE_ASSIGN(QueryResult chunks, connection.query(
      "SELECT start, checksum_before, position, checksum, unterminated, load_id FROM raw.progress "
      "WHERE checksum IS NOT NULL"));
  for (std::size_t row = 0; row < chunks.row_count(); ++row) {
    const Place place{static_cast<std::uint64_t>(chunks.integer(row, 0)), chunks.text(row, 1)};
    ledger.chunks_[place].push_back({.end = static_cast<std::uint64_t>(chunks.integer(row, 2)),
                                     .checksum = chunks.text(row, 3),
                                     .unterminated = chunks.text(row, 4) == "true",
                                     .load_id = static_cast<std::uint64_t>(chunks.integer(row, 5))});
  }
  for (auto& [place, known] : ledger.chunks_) std::ranges::sort(known, {}, &KnownChunk::end);
  return ledger;
}

std::vector<KnownChunk> Ledger::chunks_at(std::uint64_t start, const std::string& checksum) const {
  const auto found = chunks_.find(Place{start, checksum});
  return found == chunks_.end() ? std::vector<KnownChunk>{} : found->second;
}

void Ledger::add_chunk(std::uint64_t start, const std::string& checksum, KnownChunk chunk) {
  std::vector<KnownChunk>& known = chunks_[Place{start, checksum}];
  known.insert(std::ranges::upper_bound(known, chunk.end, {}, &KnownChunk::end), std::move(chunk));
}

bool Ledger::resume(std::uint64_t load_id) { return unfinished_.erase(load_id) == 1; }

Result<std::uint64_t> Ledger::begin_load(Connection& connection, const std::string& name, std::uint64_t from_byte,
                                         Timestamp now) {
  const std::uint64_t id = ++last_load_id_;
  MILLRACE_TRY(connection.query(
      "INSERT INTO raw.load_files (load_id, file_name, from_byte, started_at, state) VALUES (?, ?, ?, ?, 'loading')",
      {id, name, from_byte, Parameter::timestamp(now.micros)}));
  return id;
}

Status Ledger::complete(Connection& connection, const std::vector<FileFacts>& files, Timestamp now) {
  MILLRACE_TRY(connection.execute("BEGIN"));
  for (const FileFacts& file : files) {
    const auto done = connection.query(
        "UPDATE raw.load_files SET content_hash = ?, bytes = ?, finished_at = ?, state = 'complete' WHERE load_id = ?",
        {file.content_hash, file.bytes, Parameter::timestamp(now.micros), file.load_id});
    if (!done) {
      (void)connection.execute("ROLLBACK");
      return std::unexpected(done.error());
    }
  }
  return connection.execute("COMMIT");
}

}  // namespace millrace
