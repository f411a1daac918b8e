-- DuckDB's own read_json of sales into a table with the columns that the program's has, as fast as we could make it:
-- types named, no insertion order, compression named a column. Keys are hashed and sources named, but nothing is checked,
-- no duplicate told and no line counted.
SET threads = getvariable('threads')::BIGINT;
SET preserve_insertion_order = false;

CREATE TABLE transactions (
  event_id UBIGINT USING COMPRESSION uncompressed NOT NULL,
  content_hash UBIGINT USING COMPRESSION uncompressed NOT NULL,
  sent_event_id VARCHAR USING COMPRESSION uncompressed,
  event_time TIMESTAMP USING COMPRESSION bitpacking,
  product_id VARCHAR USING COMPRESSION dictionary,
  store_id VARCHAR USING COMPRESSION dictionary,
  qty INTEGER USING COMPRESSION bitpacking,
  source_id UINTEGER USING COMPRESSION bitpacking NOT NULL,
  source_position BIGINT USING COMPRESSION bitpacking,
  received_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
  epoch BIGINT USING COMPRESSION bitpacking NOT NULL,
  extra JSON USING COMPRESSION dictionary);

INSERT INTO transactions
SELECT hash(event_id), hash(event_time, product_id, store_id, qty), event_id, event_time, product_id, store_id, qty,
       1, 0, TIMESTAMP '2024-01-01', 1, NULL
FROM read_json(getvariable('input'), format = 'newline_delimited', columns = {event_id: 'VARCHAR', event_time: 'TIMESTAMP',
     product_id: 'VARCHAR', store_id: 'VARCHAR', qty: 'INTEGER'});

CHECKPOINT;
