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

// The same as a view shows them, of a table `t`.
#define MILLRACE_SOURCE_NAMES                                                                       \
  "(SELECT list(topic ORDER BY source_id) FROM raw.sources)[t.source_id] AS source_topic,"          \
  "(SELECT list(partition ORDER BY source_id) FROM raw.sources)[t.source_id] AS source_partition,"  \
  "CASE WHEN (SELECT list(partition ORDER BY source_id) FROM raw.sources)[t.source_id] IS NOT NULL" \
  " THEN t.source_position END AS source_offset,"                                                   \
  "(SELECT list(file ORDER BY source_id) FROM raw.sources)[t.source_id] AS source_file,"            \
  "CASE WHEN (SELECT list(partition ORDER BY source_id) FROM raw.sources)[t.source_id] IS NULL"     \
  " THEN t.source_position END AS source_line,"                                                     \
  "t.received_at, t.epoch"

// Of a view that has them.
#define MILLRACE_SOURCE_VIEW_COLUMNS \
  "source_topic, source_partition, source_offset, source_file, source_line, received_at, epoch"

// Of a view without rows.
#define MILLRACE_NO_SOURCE                                                                                   \
  "NULL::VARCHAR AS source_topic, NULL::INTEGER AS source_partition, NULL::BIGINT AS source_offset, "        \
  "NULL::VARCHAR AS source_file, NULL::BIGINT AS source_line, NULL::TIMESTAMP AS received_at, NULL::BIGINT " \
  "AS epoch"

// Written out, of tables with few rows.
#define MILLRACE_PLAIN_SOURCE_COLUMNS                                                          \
  "source_topic VARCHAR, source_partition INTEGER, source_offset BIGINT, source_file VARCHAR," \
  "source_line BIGINT, received_at TIMESTAMP NOT NULL, epoch BIGINT NOT NULL"
