// The columns by which every stored row names its source: which one, where in it, when it came, and which
// transaction stored it. The names stand once in raw.sources; the views look them up by position in a list,
// which costs nothing unless they are asked for. As text, to stand inside of statements.
#pragma once

// Of tables with many rows.
#define MILLRACE_STORED_SOURCE_COLUMNS                           \
  "source_id UINTEGER USING COMPRESSION bitpacking NOT NULL,"    \
  "source_position BIGINT USING COMPRESSION bitpacking,"         \
  "received_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL," \
  "epoch BIGINT USING COMPRESSION bitpacking NOT NULL"

// The same in a select from such a table `t`, and of a select without rows.
#define MILLRACE_RAW_SOURCE "t.source_id, t.source_position, t.received_at, t.epoch"
#define MILLRACE_NO_SOURCE                                                                        \
  "NULL::UINTEGER AS source_id, NULL::BIGINT AS source_position, NULL::TIMESTAMP AS received_at," \
  "NULL::BIGINT AS epoch"

// As a view shows them, of a select `u` that has them and `extra` behind its own columns: one look at
// raw.sources, however many tables the select puts together.
#define MILLRACE_WITH_SOURCE_NAMES_BEGIN                                                                 \
  "SELECT t.* EXCLUDE (source_id, source_position, received_at, epoch, extra, _source), "                \
  "t._source.topic AS source_topic, t._source.partition AS source_partition, "                           \
  "CASE WHEN t._source.partition IS NOT NULL THEN t.source_position END AS source_offset, "              \
  "t._source.file AS source_file, "                                                                      \
  "CASE WHEN t._source.partition IS NULL THEN t.source_position END AS source_line, "                    \
  "t.received_at, t.epoch, t.extra FROM (SELECT u.*, (SELECT list(struct_pack(topic := topic, "          \
  "partition := partition, file := file) ORDER BY source_id) FROM raw.sources)[u.source_id] AS _source " \
  "FROM (\n"
#define MILLRACE_WITH_SOURCE_NAMES_END "\n) u) t"

// Written out, of tables with few rows.
#define MILLRACE_PLAIN_SOURCE_COLUMNS                                                          \
  "source_topic VARCHAR, source_partition INTEGER, source_offset BIGINT, source_file VARCHAR," \
  "source_line BIGINT, received_at TIMESTAMP NOT NULL, epoch BIGINT NOT NULL"
