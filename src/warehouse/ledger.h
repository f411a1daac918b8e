// Which parts of which files are stored. A file is known by what it holds, not by its name: each chunk of it
// is recorded under the hash of all bytes before it, so that the same bytes are recognised in a renamed,
// copied or compressed file, in one that has grown since, and in one whose load was stopped halfway.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "warehouse/database.h"

namespace millrace {

// A stored chunk that starts where the lookup asked.
struct KnownChunk {
  std::uint64_t end = 0;      // position in the file after its last byte
  std::string checksum;       // XXH3-128 of all bytes before `end`, in hex
  bool unterminated = false;  // its last line had no newline
  std::uint64_t load_id = 0;
};

struct FileFacts {
  std::uint64_t load_id = 0;
  std::string name;
  std::string content_hash;
  std::uint64_t bytes = 0;
};

// Not thread-safe.
class Ledger {
 public:
  // Reads what is recorded.
  static Result<Ledger> open(Connection& connection);

  // The chunks that are stored by a contract, and start at `start` in a file whose bytes before it have the
  // hash `checksum`; by their end.
  std::vector<KnownChunk> chunks_at(const std::string& contract, std::uint64_t start,
                                    const std::string& checksum) const;

  // Notes a chunk that is being stored, so that the same bytes in another file of the same run are known at
  // once.
  void add_chunk(const std::string& contract, std::uint64_t start, const std::string& checksum,
                 KnownChunk chunk);

  // True, once, for a load that an earlier run left unfinished: the caller goes on with it.
  bool resume(std::uint64_t load_id);

  // The id of a new load. Its row comes with the transaction that stores its first batch.
  std::uint64_t new_load_id() { return ++last_load_id_; }

  // False for a load that was stopped before that transaction, while others of its batches were stored.
  bool has_row(std::uint64_t load_id) const { return rows_.contains(load_id); }

  // Records that files were read to their ends and all of them is stored.
  Status complete(Connection& connection, const std::vector<FileFacts>& files, Timestamp now);

 private:
  // Contract, start of a chunk, hash of all bytes before it.
  using Place = std::tuple<std::string, std::uint64_t, std::string>;
  std::map<Place, std::vector<KnownChunk>> chunks_;
  std::set<std::uint64_t> rows_;        // load_ids in raw.load_files
  std::set<std::uint64_t> unfinished_;  // load_ids that earlier runs left, and nobody goes on with yet
  std::uint64_t last_load_id_ = 0;
};

}  // namespace millrace
