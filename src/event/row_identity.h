// What makes a row the same row, and its content the same content, however it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/contract.h"
#include "event/fault.h"
#include "event/row.h"

namespace millrace {

// Ids are stored: what is hashed never changes. It is XXH3 with the hash of the contract's name as its seed,
// over one byte for the kind of identity (0: the id, 1: fields, 2: the position), followed by
// - for an id and for fields: each value as its length in four bytes and its bytes; a value that is not there
//   has the length 2^32 - 1 and no bytes; a value that is no text has eight bytes, those of FieldValue's
//   integer or number;
// - for a position: its eight bytes.
// Unless the contract goes by position, the content is hashed with the same seed over all other values in the
// order of the contract, then the extra members. All numbers little-endian.
//
// Not thread-safe.
class RowIdentity {
 public:
  explicit RowIdentity(const Contract& contract);  // must outlive it

  // Sets the row's event_id and content_hash from the rest of it. Fails when the contract knows rows only by
  // an id that this one lacks.
  Check identify(Row& row, std::uint64_t position_id);

 private:
  enum class Kind : std::uint8_t { kId = 0, kFields = 1, kPosition = 2 };

  Kind kind_of(const Row& row) const;
  std::uint64_t hash_of_identity(const Row& row, Kind kind, std::uint64_t position_id);
  std::uint64_t hash_of_content(const Row& row, Kind kind);  // not kPosition
  void make_room(const Row& row);

  const Contract* contract_;
  std::uint64_t seed_;
  std::vector<std::vector<std::size_t>> content_;  // of each kind: the properties that are no part of it
  std::vector<char> bytes_;                        // room for what is hashed
};

}  // namespace millrace
