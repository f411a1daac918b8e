#include "warehouse/schema.h"

#include <fmt/format.h>

#include "event/vocabulary.h"
#include "warehouse/contract_views.h"
#include "warehouse/source_columns.h"

namespace millrace {
namespace {

constexpr int kSchemaVersion = 1;

// Compression is named for each column: DuckDB's own search for the best method costs more than it saves.
constexpr const char* kTables =
    R"sql(
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS sealed;
CREATE SCHEMA IF NOT EXISTS records;
CREATE SCHEMA IF NOT EXISTS curated;

-- What the program notes for itself.
CREATE TABLE raw.settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- Topics and files, numbered from 1 without gaps.
CREATE TABLE raw.sources (source_id UINTEGER PRIMARY KEY, topic VARCHAR, partition INTEGER, file VARCHAR);

-- The contracts by which records were read, each version as it was written. Their rows are in records.<name>.
CREATE TABLE raw.contracts (
  name VARCHAR NOT NULL, version VARCHAR NOT NULL, shape VARCHAR NOT NULL, text VARCHAR NOT NULL,
  added_at TIMESTAMP NOT NULL, PRIMARY KEY (name, version));

CREATE TABLE sealed.visits (
  visit_key UBIGINT USING COMPRESSION uncompressed NOT NULL,
  session_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  user_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  device_type device_type USING COMPRESSION bitpacking NOT NULL,
  geolocation VARCHAR USING COMPRESSION uncompressed,
  latitude DOUBLE USING COMPRESSION uncompressed,
  longitude DOUBLE USING COMPRESSION uncompressed,
  user_agent VARCHAR USING COMPRESSION dict_fsst,
  started_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
  ended_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
  event_count INTEGER USING COMPRESSION bitpacking NOT NULL,
  page_view_count INTEGER USING COMPRESSION bitpacking NOT NULL,
  cart_add_count INTEGER USING COMPRESSION bitpacking NOT NULL,
  purchase_count INTEGER USING COMPRESSION bitpacking NOT NULL,
  revenue DECIMAL(18,4) USING COMPRESSION bitpacking,
  currency currency_code USING COMPRESSION bitpacking,
)sql" MILLRACE_STORED_SOURCE_COLUMNS R"sql(,
  extra JSON USING COMPRESSION uncompressed);

CREATE TABLE sealed.visit_events (
  event_id UBIGINT USING COMPRESSION uncompressed NOT NULL,
  event_index INTEGER USING COMPRESSION bitpacking NOT NULL,
  event_type event_type USING COMPRESSION bitpacking NOT NULL,
  first_of_page_in_visit BOOLEAN USING COMPRESSION uncompressed,
  event_time TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
  visit_key UBIGINT USING COMPRESSION rle NOT NULL,
  session_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  user_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  device_type device_type USING COMPRESSION bitpacking NOT NULL,
  page_url VARCHAR USING COMPRESSION dict_fsst,
  referrer_url VARCHAR USING COMPRESSION dict_fsst,
  product_id VARCHAR USING COMPRESSION dict_fsst,
  product_name VARCHAR USING COMPRESSION dict_fsst,
  category visit_category USING COMPRESSION bitpacking,
  price DECIMAL(18,4) USING COMPRESSION rle,
  quantity INTEGER USING COMPRESSION bitpacking,
  order_id VARCHAR USING COMPRESSION uncompressed,
  amount DECIMAL(18,4) USING COMPRESSION rle,
  currency currency_code USING COMPRESSION bitpacking,
)sql" MILLRACE_STORED_SOURCE_COLUMNS R"sql(,
  extra JSON USING COMPRESSION uncompressed);

CREATE TABLE sealed.purchase_items (
  event_id UBIGINT USING COMPRESSION uncompressed NOT NULL,
  order_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  item_index INTEGER USING COMPRESSION bitpacking NOT NULL,
  visit_key UBIGINT USING COMPRESSION rle NOT NULL,
  session_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  user_id VARCHAR USING COMPRESSION uncompressed NOT NULL,
  product_id VARCHAR USING COMPRESSION dict_fsst NOT NULL,
  product_name VARCHAR USING COMPRESSION dict_fsst NOT NULL,
  category visit_category USING COMPRESSION bitpacking NOT NULL,
  price DECIMAL(18,4) USING COMPRESSION rle NOT NULL,
  quantity INTEGER USING COMPRESSION bitpacking NOT NULL,
  line_amount DECIMAL(18,4) USING COMPRESSION bitpacking NOT NULL,
  currency currency_code USING COMPRESSION bitpacking NOT NULL,
  purchased_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
)sql" MILLRACE_STORED_SOURCE_COLUMNS R"sql(,
  extra JSON USING COMPRESSION uncompressed);

CREATE TABLE raw.dead_letters (
  dead_letter_id UBIGINT NOT NULL,  -- hash of where it was received
  reason VARCHAR NOT NULL,
  message VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,            -- record or event: what was refused
  shape VARCHAR NOT NULL,
  contract VARCHAR NOT NULL,
  contract_version VARCHAR NOT NULL,
  payload BLOB NOT NULL,            -- the exact bytes
  attributes JSON,
  message_id VARCHAR,
)sql" MILLRACE_PLAIN_SOURCE_COLUMNS R"sql(,
  source_event_index INTEGER,       -- which event of the record, from 0; NULL for the record itself
  status VARCHAR NOT NULL,          -- open, replayed, discarded
  replayed_at TIMESTAMP);

-- One row a file that was read, from its first epoch on.
CREATE TABLE raw.load_files (
  load_id UBIGINT PRIMARY KEY,
  contract VARCHAR NOT NULL,
  file_name VARCHAR NOT NULL,
  from_byte UBIGINT NOT NULL,       -- more than 0 when an earlier load had read the start of the file
  content_hash VARCHAR,             -- XXH3-128 of the decompressed bytes, known when the file was read to its end
  bytes UBIGINT,
  started_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  state VARCHAR NOT NULL);          -- loading, complete

-- How far each partition of each source is stored. For a file: one row a chunk, named by its start and the hash of all
-- bytes of the file up to its end.
CREATE TABLE raw.progress (
  partition VARCHAR PRIMARY KEY,
  contract VARCHAR NOT NULL,
  load_id UBIGINT,
  start UBIGINT NOT NULL,           -- position of the first byte of the chunk
  position UBIGINT NOT NULL,        -- everything before it is stored
  checksum_before VARCHAR,          -- files: XXH3-128 of all bytes before `start`
  checksum VARCHAR,                 -- files: XXH3-128 of all bytes before `position`
  unterminated BOOLEAN NOT NULL,    -- the last line had no newline
  records_received UBIGINT NOT NULL, records_stored UBIGINT NOT NULL, records_dead UBIGINT NOT NULL, records_duplicate UBIGINT NOT NULL,
  events_received UBIGINT NOT NULL, events_stored UBIGINT NOT NULL, events_dead UBIGINT NOT NULL, events_duplicate UBIGINT NOT NULL,
  items_received UBIGINT NOT NULL, items_stored UBIGINT NOT NULL, items_dead UBIGINT NOT NULL, items_duplicate UBIGINT NOT NULL,
  pending UBIGINT NOT NULL,         -- records received but not settled yet
  epoch BIGINT NOT NULL);

-- Records of a visit or a row that another epoch was storing at the same time: settled one by one afterwards.
CREATE TABLE raw.pending_records (
  pending_id UBIGINT NOT NULL,
  contract VARCHAR NOT NULL,
  partition VARCHAR NOT NULL,
  header VARCHAR NOT NULL,          -- CSV: the line that names the columns
  payload BLOB NOT NULL,
)sql" MILLRACE_PLAIN_SOURCE_COLUMNS R"sql();

CREATE VIEW raw.loads AS
SELECT f.load_id, f.contract, f.file_name, f.content_hash, f.bytes, f.from_byte,
       coalesce(sum(p.records_received), 0)::BIGINT AS received,
       coalesce(sum(p.records_stored), 0)::BIGINT AS stored,
       coalesce(sum(p.records_dead), 0)::BIGINT AS dead_letters,
       coalesce(sum(p.records_duplicate), 0)::BIGINT AS duplicates,
       coalesce(sum(p.events_received), 0)::BIGINT AS events_received,
       coalesce(sum(p.events_stored), 0)::BIGINT AS events_stored,
       coalesce(sum(p.events_dead), 0)::BIGINT AS events_dead_letters,
       coalesce(sum(p.events_duplicate), 0)::BIGINT AS events_duplicates,
       coalesce(sum(p.items_received), 0)::BIGINT AS items_received,
       coalesce(sum(p.items_stored), 0)::BIGINT AS items_stored,
       coalesce(sum(p.items_dead), 0)::BIGINT AS items_dead_letters,
       coalesce(sum(p.items_duplicate), 0)::BIGINT AS items_duplicates,
       coalesce(sum(p.pending), 0)::BIGINT AS pending,
       f.started_at, f.finished_at, f.state
FROM raw.load_files f LEFT JOIN raw.progress p USING (load_id)
GROUP BY ALL;

CREATE VIEW curated.visits AS
)sql" MILLRACE_WITH_SOURCE_NAMES_BEGIN
    R"sql(SELECT t.visit_key, t.session_id, t.user_id, t.device_type, t.geolocation, t.latitude, t.longitude, t.user_agent,
       t.started_at, t.ended_at, t.event_count, t.page_view_count, t.cart_add_count, t.purchase_count, t.revenue,
       t.currency, )sql" MILLRACE_RAW_SOURCE R"sql(, t.extra
FROM sealed.visits t)sql" MILLRACE_WITH_SOURCE_NAMES_END ";\n";

// CREATE TYPE … AS ENUM with the names of a list of the vocabulary, in its order.
template <typename Names>
std::string create_enum(std::string_view type, const Names& names) {
  std::string values;
  for (const std::string_view name : names) values += fmt::format("{}'{}'", values.empty() ? "" : ", ", name);
  return fmt::format("CREATE TYPE {} AS ENUM ({}); ", type, values);
}

std::string create_types() {
  return create_enum("event_type", kEventTypeNames) + create_enum("device_type", kDeviceTypeNames) +
         create_enum("visit_category", kVisitCategoryNames) + create_enum("currency_code", kCurrencyCodes);
}

}  // namespace

Status prepare_schema(Connection& connection) {
  MILLRACE_TRY(
      connection.execute("CREATE SCHEMA IF NOT EXISTS raw; CREATE TABLE IF NOT EXISTS raw.schema_version "
                         "(version INTEGER NOT NULL);"));
  MILLRACE_ASSIGN(QueryResult version, connection.query("SELECT max(version) FROM raw.schema_version"));
  if (!version.is_null(0, 0)) {
    const std::int64_t stored = version.integer(0, 0);
    if (stored > kSchemaVersion) {
      return fail(ErrorCode::kConflict,
                  fmt::format("the warehouse has version {}, this program knows {}: use the newer program",
                              stored, kSchemaVersion));
    }
    return {};
  }
  const std::string views = create_views_sql({});
  return connection.execute(
      fmt::format("BEGIN; {} {} {} INSERT INTO raw.settings VALUES ('views', {}); "
                  "INSERT INTO raw.schema_version VALUES ({}); COMMIT;",
                  create_types(), kTables, views, sql_text(views), kSchemaVersion));
}

}  // namespace millrace
