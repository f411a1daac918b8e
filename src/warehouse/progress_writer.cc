#include "warehouse/progress_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace millrace {
namespace {

// The first parameters are those of kMovePartition, so that both bind alike.
constexpr std::string_view kStartPartition =
    "INSERT INTO raw.progress (position, checksum, unterminated, "
    "records_received, records_stored, records_dead, records_duplicate, "
    "events_received, events_stored, events_dead, events_duplicate, "
    "items_received, items_stored, items_dead, items_duplicate, "
    "pending, epoch, partition, start, load_id, checksum_before, contract) "
    "VALUES ";
constexpr std::string_view kPartitionValues =
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr std::string_view kMovePartition =
    "UPDATE raw.progress SET position = ?, checksum = ?, unterminated = ?, "
    "records_received = records_received + ?, records_stored = records_stored + ?, "
    "records_dead = records_dead + ?, records_duplicate = records_duplicate + ?, "
    "events_received = events_received + ?, events_stored = events_stored + ?, "
    "events_dead = events_dead + ?, events_duplicate = events_duplicate + ?, "
    "items_received = items_received + ?, items_stored = items_stored + ?, items_dead = items_dead + ?, "
    "items_duplicate = items_duplicate + ?, "
    "pending = pending + ?, epoch = ? WHERE partition = ? AND position = ?";

// What was received has been counted when the records were set aside.
constexpr std::string_view kSettlePartition =
    "UPDATE raw.progress SET records_stored = records_stored + ?, records_dead = records_dead + ?, "
    "records_duplicate = records_duplicate + ?, "
    "events_received = events_received + ?, events_stored = events_stored + ?, "
    "events_dead = events_dead + ?, events_duplicate = events_duplicate + ?, "
    "items_received = items_received + ?, items_stored = items_stored + ?, items_dead = items_dead + ?, "
    "items_duplicate = items_duplicate + ?, pending = pending - ?, epoch = ? WHERE partition = ?";

Parameter optional_text(const std::string& text) {
  return text.empty() ? Parameter(nullptr) : Parameter(text);
}

}  // namespace

// In the transaction of the load's first batch.
Status ProgressWriter::start_load(std::uint64_t load_id, const LoadStart& start) {
  MILLRACE_TRY(connection_.query(
      "INSERT INTO raw.load_files (load_id, contract, file_name, from_byte, started_at, state) "
      "VALUES (?, ?, ?, ?, ?, 'loading')",
      {load_id, start.contract, start.file_name, start.from_byte,
       Parameter::timestamp(start.started_at.micros)}));
  return {};
}

Status ProgressWriter::move(std::span<const BatchOutcome> outcomes) {
  for (const BatchOutcome& outcome : outcomes) {
    const ProgressMove& move = outcome.move;
    if (move.load_start) MILLRACE_TRY(start_load(move.load_id, *move.load_start));
    if (!move.first) MILLRACE_TRY(move_partition(outcome));
  }
  return start_partitions(outcomes);
}

// In one statement: an epoch has a partition for each chunk, and to plan a statement takes long.
Status ProgressWriter::start_partitions(std::span<const BatchOutcome> outcomes) {
  std::string values;
  std::vector<Parameter> parameters;
  std::uint64_t count = 0;
  for (const BatchOutcome& outcome : outcomes) {
    const ProgressMove& move = outcome.move;
    if (!move.first) continue;
    ++count;
    values += (values.empty() ? "" : ", ") + std::string(kPartitionValues);
    std::ranges::move(common_parameters(outcome), std::back_inserter(parameters));
    parameters.emplace_back(move.load_id == 0 ? Parameter(nullptr) : Parameter(move.load_id));
    parameters.emplace_back(optional_text(move.checksum_before));
    parameters.emplace_back(outcome.contract->name);
  }
  if (count == 0) return {};
  MILLRACE_ASSIGN(
      const QueryResult started,
      connection_.query(fmt::format("{}{} ON CONFLICT DO NOTHING", kStartPartition, values), parameters));
  if (started.rows_changed() == count) return {};
  return fail(ErrorCode::kConflict, fmt::format("{} of {} partitions were started by another transaction",
                                                count - started.rows_changed(), count));
}

Status ProgressWriter::move_partition(const BatchOutcome& outcome) {
  MILLRACE_ASSIGN(const QueryResult moved, connection_.query(kMovePartition, common_parameters(outcome)));
  if (moved.rows_changed() == 1) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("partition {} does not stand at {}: another transaction has moved it",
                          outcome.move.partition, outcome.move.from));
}

std::vector<Parameter> ProgressWriter::common_parameters(const BatchOutcome& outcome) const {
  const ProgressMove& move = outcome.move;
  const Tally& tally = outcome.tally;
  std::vector<Parameter> parameters = {move.to, optional_text(move.checksum), move.unterminated};
  for (const TableTally& table : {tally.records, tally.events, tally.items}) {
    for (const std::uint64_t count : {table.received, table.stored, table.dead_letters, table.duplicates}) {
      parameters.emplace_back(count);
    }
  }
  parameters.emplace_back(tally.pending);
  parameters.emplace_back(epoch_);
  parameters.emplace_back(move.partition);
  parameters.emplace_back(move.from);
  return parameters;
}

Status ProgressWriter::settle(const std::string& partition, const Tally& tally) {
  MILLRACE_TRY(connection_.query(
      kSettlePartition,
      {tally.records.stored, tally.records.dead_letters, tally.records.duplicates, tally.events.received,
       tally.events.stored, tally.events.dead_letters, tally.events.duplicates, tally.items.received,
       tally.items.stored, tally.items.dead_letters, tally.items.duplicates, tally.pending, epoch_,
       partition}));
  return {};
}

}  // namespace millrace
