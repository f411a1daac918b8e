#include "warehouse/sealing_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace millrace {
namespace {

struct TableName {
  const char* schema;
  const char* table;
};
constexpr std::array<TableName, 5> kTableNames = {{{"sealed", "visits"},
                                                   {"sealed", "visit_events"},
                                                   {"sealed", "purchase_items"},
                                                   {"raw", "dead_letters"},
                                                   {"raw", "pending_records"}}};

constexpr std::string_view kVisitShape = "visits";
constexpr std::string_view kVisitContractVersion = "1.0.0";

std::string_view none_if_empty(std::string_view text) {
  return text.empty() ? std::string_view{} : text;
}

// Where a record stood, in one number: the same wherever and whenever it is read again.
std::uint64_t dead_letter_id(const Refusal& refusal, const Provenance& provenance, std::int64_t epoch) {
  const std::string place =
      fmt::format("{}|{}|{}|{}|{}|{}|{}", provenance.topic, provenance.partition.value_or(-1),
                  provenance.offset.value_or(-1), provenance.file, provenance.line.value_or(-1),
                  refusal.event_index.value_or(-1), epoch);
  return hash64(place, hash64(refusal.payload));
}

// The first parameters are those of kMovePartition, so that both bind alike.
constexpr std::string_view kStartPartition =
    "INSERT INTO raw.progress (position, checksum, unterminated, "
    "visits_received, visits_stored, visits_dead, visits_duplicate, "
    "events_received, events_stored, events_dead, events_duplicate, "
    "items_received, items_stored, items_dead, items_duplicate, "
    "pending, epoch, partition, start, load_id, checksum_before) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

constexpr std::string_view kMovePartition =
    "UPDATE raw.progress SET position = ?, checksum = ?, unterminated = ?, "
    "visits_received = visits_received + ?, visits_stored = visits_stored + ?, visits_dead = visits_dead + "
    "?, "
    "visits_duplicate = visits_duplicate + ?, "
    "events_received = events_received + ?, events_stored = events_stored + ?, events_dead = events_dead + "
    "?, "
    "events_duplicate = events_duplicate + ?, "
    "items_received = items_received + ?, items_stored = items_stored + ?, items_dead = items_dead + ?, "
    "items_duplicate = items_duplicate + ?, "
    "pending = pending + ?, epoch = ? WHERE partition = ? AND position = ?";

// What was received has been counted when the records were set aside.
constexpr std::string_view kSettlePartition =
    "UPDATE raw.progress SET visits_stored = visits_stored + ?, visits_dead = visits_dead + ?, "
    "visits_duplicate = visits_duplicate + ?, "
    "events_received = events_received + ?, events_stored = events_stored + ?, events_dead = events_dead + "
    "?, "
    "events_duplicate = events_duplicate + ?, "
    "items_received = items_received + ?, items_stored = items_stored + ?, items_dead = items_dead + ?, "
    "items_duplicate = items_duplicate + ?, pending = pending - ?, epoch = ? WHERE partition = ?";

// A sum that the column cannot hold is NULL: it must not hold up all that is settled with it.
constexpr std::string_view kWidenVisits =
    "UPDATE sealed.visits AS v SET started_at = least(v.started_at, a.started_at), "
    "ended_at = greatest(v.ended_at, a.ended_at), event_count = v.event_count + a.event_count, "
    "page_view_count = v.page_view_count + a.page_view_count, cart_add_count = v.cart_add_count + "
    "a.cart_add_count, "
    "purchase_count = v.purchase_count + a.purchase_count, "
    "revenue = CASE WHEN a.purchase_count = 0 THEN v.revenue WHEN v.purchase_count = 0 THEN a.revenue "
    "WHEN v.currency = a.currency THEN TRY_CAST(v.revenue::DECIMAL(38,4) + a.revenue AS DECIMAL(18,4)) END, "
    "currency = CASE WHEN a.purchase_count = 0 THEN v.currency WHEN v.purchase_count = 0 THEN a.currency "
    "WHEN v.currency = a.currency THEN v.currency END "
    "FROM (VALUES {}) AS a (visit_key, started_at, ended_at, event_count, page_view_count, cart_add_count, "
    "purchase_count, revenue, currency) WHERE v.visit_key = a.visit_key";

// One row of the VALUES by which visits are widened.
std::string values_row(std::uint64_t key, const VisitTotals& add) {
  return fmt::format("({}::UBIGINT, make_timestamp({}), make_timestamp({}), {}, {}, {}, {}, {}, {})", key,
                     add.started_at.micros, add.ended_at.micros, add.event_count, add.page_view_count,
                     add.cart_add_count, add.purchase_count,
                     add.revenue ? fmt::format("{}::DECIMAL(18,4)", format_decimal(*add.revenue)) : "NULL",
                     add.currency.empty() ? "NULL" : fmt::format("'{}'::currency_code", add.currency));
}

// Sums and bounds of two parts of one visit.
VisitTotals merge(const VisitTotals& a, const VisitTotals& b) {
  VisitTotals sum;
  sum.started_at = std::min(a.started_at, b.started_at);
  sum.ended_at = std::max(a.ended_at, b.ended_at);
  sum.event_count = a.event_count + b.event_count;
  sum.page_view_count = a.page_view_count + b.page_view_count;
  sum.cart_add_count = a.cart_add_count + b.cart_add_count;
  sum.purchase_count = a.purchase_count + b.purchase_count;
  if (a.purchase_count == 0 || b.purchase_count == 0) {
    sum.revenue = a.purchase_count == 0 ? b.revenue : a.revenue;
    sum.currency = a.purchase_count == 0 ? b.currency : a.currency;
  } else if (a.currency == b.currency) {
    if (a.revenue && b.revenue) sum.revenue = add(*a.revenue, *b.revenue);
    sum.currency = a.currency;
  }
  return sum;
}

}  // namespace

Result<std::unique_ptr<EpochWriter>> SealingWriter::begin(Connection connection, SourceNames& sources,
                                                          std::int64_t epoch) {
  MILLRACE_TRY(connection.execute("BEGIN TRANSACTION"));
  return std::unique_ptr<EpochWriter>(new SealingWriter(std::move(connection), sources, epoch));
}

SealingWriter::~SealingWriter() {
  for (auto& appender : appenders_) appender.reset();
  if (!committed_) (void)connection_.execute("ROLLBACK");
}

Result<ChunkAppender*> SealingWriter::appender(Table table) {
  auto& slot = appenders_[table];
  if (!slot) {
    MILLRACE_ASSIGN(slot,
                    ChunkAppender::open(connection_, kTableNames[table].schema, kTableNames[table].table));
  }
  return &*slot;
}

// For tables with few rows, which name the source in full.
void SealingWriter::put_named_source(ChunkAppender& row, const Provenance& provenance) {
  row.put(none_if_empty(provenance.topic));
  row.put(provenance.partition);
  row.put(provenance.offset);
  row.put(none_if_empty(provenance.file));
  row.put(provenance.line);
  row.put(provenance.received_at);
  row.put(epoch_);
}

void SealingWriter::put_source(ChunkAppender& row, const Provenance& provenance) {
  row.put(source_id_);
  row.put(provenance.line ? provenance.line : provenance.offset);
  row.put(provenance.received_at);
  row.put(epoch_);
}

Status SealingWriter::find_source(const Provenance& provenance) {
  if (source_id_ != 0 && source_.topic == provenance.topic && source_.file == provenance.file &&
      source_.partition == provenance.partition) {
    return {};
  }
  source_ = {std::string(provenance.topic), provenance.partition, std::string(provenance.file)};
  MILLRACE_ASSIGN(source_id_, sources_.id_of(source_));
  return {};
}

Status SealingWriter::store(const Visit& visit, const Provenance& provenance) {
  MILLRACE_TRY(find_source(provenance));
  MILLRACE_TRY(append_visit(visit, provenance));
  for (const Event& event : visit.events) MILLRACE_TRY(append_event(visit, event, provenance));
  return {};
}

Status SealingWriter::add_to_stored(const Visit& visit, const Provenance& provenance) {
  MILLRACE_TRY(find_source(provenance));
  for (const Event& event : visit.events) MILLRACE_TRY(append_event(visit, event, provenance));
  VisitTotals totals = total(visit.events);
  // The view would not outlive the record.
  totals.currency = totals.currency.empty() ? std::string_view{}
                                            : std::string_view(*currencies_.emplace(totals.currency).first);
  auto [at, is_new] = additions_.try_emplace(visit.visit_key, totals);
  if (!is_new) at->second = merge(at->second, totals);
  return {};
}

Status SealingWriter::append_visit(const Visit& visit, const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kVisits));
  const VisitTotals totals = total(visit.events);
  row->begin_row();
  row->put(visit.visit_key);
  row->put(visit.session_id);
  row->put(visit.user_id);
  row->put(*device_type_index(visit.device_type));
  row->put(visit.geolocation);
  row->put(visit.latitude);
  row->put(visit.longitude);
  row->put(visit.user_agent);
  row->put(totals.started_at);
  row->put(totals.ended_at);
  row->put(totals.event_count);
  row->put(totals.page_view_count);
  row->put(totals.cart_add_count);
  row->put(totals.purchase_count);
  row->put(totals.revenue);
  row->put(currency_index(totals.currency));
  put_source(*row, provenance);
  row->put(visit.extra);
  return row->end_row();
}

Status SealingWriter::append_event(const Visit& visit, const Event& event, const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kEvents));
  row->begin_row();
  row->put(event.event_id);
  row->put(event.event_index);
  row->put(static_cast<std::uint8_t>(event.type));
  if (event.type == EventType::kPageView) {
    row->put(event.first_of_page_in_visit);
  } else {
    row->skip();
  }
  row->put(event.time);
  row->put(visit.visit_key);
  row->put(visit.session_id);
  row->put(visit.user_id);
  row->put(*device_type_index(visit.device_type));
  row->put(event.page_url);
  row->put(event.referrer_url);
  row->put(event.product_id);
  row->put(event.product_name);
  row->put(visit_category_index(event.category));
  row->put(event.price);
  row->put(event.quantity);
  row->put(event.order_id);
  row->put(event.amount);
  row->put(currency_index(event.currency));
  put_source(*row, provenance);
  row->put(event.extra);
  MILLRACE_TRY(row->end_row());
  return append_items(visit, event, provenance);
}

Status SealingWriter::append_items(const Visit& visit, const Event& event, const Provenance& provenance) {
  if (event.items_begin == event.items_end) return {};
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kItems));
  for (std::uint32_t i = event.items_begin; i < event.items_end; ++i) {
    const PurchaseItem& item = visit.items[i];
    row->begin_row();
    row->put(event.event_id);
    row->put(event.order_id);
    row->put(static_cast<std::int32_t>(i - event.items_begin));
    row->put(visit.visit_key);
    row->put(visit.session_id);
    row->put(visit.user_id);
    row->put(item.product_id);
    row->put(item.product_name);
    row->put(*visit_category_index(item.category));
    row->put(item.price);
    row->put(item.quantity);
    row->put(item.line_amount);
    row->put(*currency_index(event.currency));
    row->put(event.time);
    put_source(*row, provenance);
    row->put(item.extra);
    MILLRACE_TRY(row->end_row());
  }
  return {};
}

Status SealingWriter::refuse(const Refusal& refusal, const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kDeadLetters));
  row->begin_row();
  row->put(dead_letter_id(refusal, provenance, epoch_));
  row->put(code(refusal.reason));
  row->put(std::string_view(refusal.message));
  row->put(std::string_view(refusal.event_index ? "event" : "record"));
  row->put(kVisitShape);  // shape
  row->put(kVisitShape);  // contract
  row->put(kVisitContractVersion);
  row->put(refusal.payload.data() == nullptr ? std::string_view("") : refusal.payload);
  row->skip();  // attributes
  row->skip();  // message_id
  put_named_source(*row, provenance);
  row->put(refusal.event_index);
  row->put(std::string_view("open"));
  row->skip();  // replayed_at
  return row->end_row();
}

Status SealingWriter::defer(std::string_view record, std::string_view partition,
                            const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kPending));
  row->begin_row();
  row->put(static_cast<std::uint64_t>(epoch_) << 32 | deferred_++);
  row->put(partition);
  row->put(record);
  put_named_source(*row, provenance);
  return row->end_row();
}

Status SealingWriter::settle(const PendingRecord& record, const Tally& tally) {
  settled_ids_.push_back(record.pending_id);
  Tally& sum = settled_[record.partition];
  sum += tally;
  ++sum.pending;
  return {};
}

Status SealingWriter::commit(std::span<const BatchOutcome> outcomes) {
  for (auto& appender : appenders_) {
    if (appender) MILLRACE_TRY(appender->close());
  }
  for (const BatchOutcome& outcome : outcomes) MILLRACE_TRY(move_progress(outcome));
  MILLRACE_TRY(widen_visits());
  MILLRACE_TRY(settle_progress());
  MILLRACE_TRY(connection_.execute("COMMIT"));
  committed_ = true;
  return {};
}

// In the transaction of the load's first batch.
Status SealingWriter::start_load(std::uint64_t load_id, const LoadStart& start) {
  MILLRACE_TRY(connection_.query(
      "INSERT INTO raw.load_files (load_id, file_name, from_byte, started_at, state) VALUES (?, ?, ?, ?, "
      "'loading')",
      {load_id, start.file_name, start.from_byte, Parameter::timestamp(start.started_at.micros)}));
  return {};
}

// Compare-and-set: exactly one row changes, or the transaction fails.
Status SealingWriter::move_progress(const BatchOutcome& outcome) {
  const ProgressMove& move = outcome.move;
  const Tally& tally = outcome.tally;
  if (move.load_start) MILLRACE_TRY(start_load(move.load_id, *move.load_start));
  const auto optional_text = [](const std::string& text) {
    return text.empty() ? Parameter(nullptr) : Parameter(text);
  };
  std::vector<Parameter> parameters = {move.to, optional_text(move.checksum), move.unterminated};
  for (const TableTally& table : {tally.visits, tally.events, tally.items}) {
    for (const std::uint64_t count : {table.received, table.stored, table.dead_letters, table.duplicates}) {
      parameters.emplace_back(count);
    }
  }
  parameters.emplace_back(tally.pending);
  parameters.emplace_back(epoch_);
  parameters.emplace_back(move.partition);
  parameters.emplace_back(move.from);
  if (move.first) {
    parameters.emplace_back(move.load_id == 0 ? Parameter(nullptr) : Parameter(move.load_id));
    parameters.emplace_back(optional_text(move.checksum_before));
  }
  MILLRACE_ASSIGN(const QueryResult moved,
                  connection_.query(move.first ? kStartPartition : kMovePartition, parameters));
  if (moved.rows_changed() == 1) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("partition {} does not stand at {}: another transaction has moved it",
                          move.partition, move.from));
}

Status SealingWriter::widen_visits() {
  if (additions_.empty()) return {};
  std::string values;
  for (const auto& [key, totals] : additions_)
    values += (values.empty() ? "" : ", ") + values_row(key, totals);
  MILLRACE_ASSIGN(const QueryResult widened,
                  connection_.query(fmt::format(fmt::runtime(kWidenVisits), values)));
  if (widened.rows_changed() == additions_.size()) return {};
  return fail(ErrorCode::kInternal,
              fmt::format("{} visits to add to, but {} found", additions_.size(), widened.rows_changed()));
}

Status SealingWriter::settle_progress() {
  if (settled_ids_.empty()) return {};
  const auto [first, last] = std::ranges::minmax(settled_ids_);
  MILLRACE_ASSIGN(
      const QueryResult deleted,
      connection_.query("DELETE FROM raw.pending_records WHERE pending_id BETWEEN ? AND ?", {first, last}));
  if (deleted.rows_changed() != settled_ids_.size()) {
    return fail(ErrorCode::kInternal, "the records set aside have changed while they were settled");
  }
  for (const auto& [partition, tally] : settled_) {
    MILLRACE_TRY(connection_.query(
        kSettlePartition,
        {tally.visits.stored, tally.visits.dead_letters, tally.visits.duplicates, tally.events.received,
         tally.events.stored, tally.events.dead_letters, tally.events.duplicates, tally.items.received,
         tally.items.stored, tally.items.dead_letters, tally.items.duplicates, tally.pending, epoch_,
         partition}));
  }
  return {};
}

}  // namespace millrace
