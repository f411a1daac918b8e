// How far each partition of each source is stored, moved in the transaction that stores what was read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/sink.h"
#include "warehouse/database.h"

namespace millrace {

// Part of one transaction. Used by one thread.
class ProgressWriter {
 public:
  ProgressWriter(Connection& connection, std::int64_t epoch) : connection_(connection), epoch_(epoch) {}

  // Compare-and-set: exactly one row changes for each, or it is an error.
  Status move(std::span<const BatchOutcome> outcomes);

  // What became of records of a partition that had been set aside.
  Status settle(const std::string& partition, const Tally& tally);

 private:
  Status start_load(std::uint64_t load_id, const LoadStart& start);
  Status start_partitions(std::span<const BatchOutcome> outcomes);
  Status move_partition(const BatchOutcome& outcome);
  std::vector<Parameter> common_parameters(const BatchOutcome& outcome) const;

  Connection& connection_;
  const std::int64_t epoch_;
};

}  // namespace millrace
