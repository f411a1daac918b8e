#include "warehouse/sealing_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "warehouse/progress_writer.h"

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

void put_value(ChunkAppender& appender, const ContractProperty& property, const FieldValue& value) {
  if (!value.present) return appender.skip();
  switch (property.type) {
    case ValueType::kText:
      if (property.field == CanonicalField::kDeviceType) return appender.put(device_type_index(value.text));
      if (property.field == CanonicalField::kCurrency) return appender.put(currency_index(value.text));
      return appender.put(value.text);
    case ValueType::kInteger:
      if (property.field != CanonicalField::kQuantity) return appender.put(value.integer);
      return appender.put(static_cast<std::int32_t>(value.integer));
    case ValueType::kDecimal:
    case ValueType::kTimestamp:
      return appender.put(value.integer);
    case ValueType::kDouble:
      return appender.put(value.number);
    case ValueType::kBoolean:
      return appender.put(value.integer != 0);
  }
}

}  // namespace

Result<std::unique_ptr<EpochWriter>> SealingWriter::begin(Connection connection,
                                                          const ContractStore& contracts,
                                                          SourceNames& sources, std::int64_t epoch) {
  MILLRACE_TRY(connection.execute("BEGIN TRANSACTION"));
  return std::unique_ptr<EpochWriter>(new SealingWriter(std::move(connection), contracts, sources, epoch));
}

SealingWriter::~SealingWriter() {
  for (auto& appender : appenders_) appender.reset();
  row_tables_.clear();
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

Result<SealingWriter::RowTable*> SealingWriter::row_table(const Contract& contract) {
  if (last_contract_ == &contract) return last_row_table_;
  auto found = row_tables_.find(&contract);
  if (found == row_tables_.end()) {
    MILLRACE_ASSIGN(ChunkAppender opened, ChunkAppender::open(connection_, "records", contract.name.c_str()));
    found = row_tables_.emplace(&contract, RowTable{&contracts_.columns(contract), std::move(opened)}).first;
  }
  last_contract_ = &contract;
  last_row_table_ = &found->second;
  return last_row_table_;
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
  additions_.add(visit.visit_key, visit.events);
  return {};
}

Status SealingWriter::store(const Contract& contract, const Row& row, const Provenance& provenance) {
  MILLRACE_TRY(find_source(provenance));
  MILLRACE_ASSIGN(RowTable * table, row_table(contract));
  ChunkAppender& appender = table->appender;
  appender.begin_row();
  for (const RowColumn& column : *table->columns) put(appender, column, contract, row, provenance);
  return appender.end_row();
}

void SealingWriter::put(ChunkAppender& appender, const RowColumn& column, const Contract& contract,
                        const Row& row, const Provenance& provenance) const {
  switch (column.content) {
    case RowColumn::Content::kProperty:
      return put_value(appender, contract.properties[column.property], row.fields[column.property]);
    case RowColumn::Content::kEventId:
      return appender.put(row.event_id);
    case RowColumn::Content::kContentHash:
      return appender.put(row.content_hash);
    case RowColumn::Content::kEventType:
      return appender.put(static_cast<std::uint8_t>(row.type));
    case RowColumn::Content::kSourceId:
      return appender.put(source_id_);
    case RowColumn::Content::kSourcePosition:
      return appender.put(provenance.line ? provenance.line : provenance.offset);
    case RowColumn::Content::kReceivedAt:
      return appender.put(provenance.received_at);
    case RowColumn::Content::kEpoch:
      return appender.put(epoch_);
    case RowColumn::Content::kExtra:
      return appender.put(row.extra);
    case RowColumn::Content::kNothing:
      return appender.skip();
  }
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

Status SealingWriter::refuse(const Contract& contract, const Refusal& refusal, const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kDeadLetters));
  row->begin_row();
  row->put(dead_letter_id(refusal, provenance, epoch_));
  row->put(code(refusal.reason));
  row->put(std::string_view(refusal.message));
  row->put(std::string_view(refusal.event_index ? "event" : "record"));
  row->put(name(contract.shape));
  row->put(std::string_view(contract.name));
  row->put(std::string_view(contract.version));
  row->put(refusal.payload.data() == nullptr ? std::string_view("") : refusal.payload);
  row->skip();  // attributes
  row->skip();  // message_id
  put_named_source(*row, provenance);
  row->put(refusal.event_index);
  row->put(std::string_view("open"));
  row->skip();  // replayed_at
  return row->end_row();
}

Status SealingWriter::defer(const Contract& contract, std::string_view record, std::string_view header,
                            std::string_view partition, const Provenance& provenance) {
  MILLRACE_ASSIGN(ChunkAppender * row, appender(kPending));
  row->begin_row();
  row->put(static_cast<std::uint64_t>(epoch_) << 32 | deferred_++);
  row->put(std::string_view(contract.name));
  row->put(partition);
  row->put(header.data() == nullptr ? std::string_view("") : header);
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

Status SealingWriter::close_appenders() {
  for (auto& appender : appenders_) {
    if (appender) MILLRACE_TRY(appender->close());
  }
  for (auto& [contract, table] : row_tables_) MILLRACE_TRY(table.appender.close());
  return {};
}

Status SealingWriter::commit(std::span<const BatchOutcome> outcomes) {
  MILLRACE_TRY(close_appenders());
  ProgressWriter progress(connection_, epoch_);
  MILLRACE_TRY(progress.move(outcomes));
  MILLRACE_TRY(additions_.write(connection_));
  MILLRACE_TRY(take_settled_off());
  for (const auto& [partition, tally] : settled_) MILLRACE_TRY(progress.settle(partition, tally));
  MILLRACE_TRY(connection_.execute("COMMIT"));
  committed_ = true;
  return {};
}

Status SealingWriter::take_settled_off() {
  if (settled_ids_.empty()) return {};
  const auto [first, last] = std::ranges::minmax(settled_ids_);
  MILLRACE_ASSIGN(
      const QueryResult deleted,
      connection_.query("DELETE FROM raw.pending_records WHERE pending_id BETWEEN ? AND ?", {first, last}));
  if (deleted.rows_changed() == settled_ids_.size()) return {};
  return fail(ErrorCode::kInternal, "the records set aside have changed while they were settled");
}

}  // namespace millrace
