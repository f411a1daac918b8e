-- DuckDB's own read_csv of shop events into a table with the columns that the program's has, as fast as we could make it:
-- types named, nothing detected, no insertion order, compression named a column. Rows are hashed and sources named, but
-- nothing is checked and no line counted.
SET threads = getvariable('threads')::BIGINT;
SET preserve_insertion_order = false;

CREATE TYPE kind AS ENUM ('view', 'cart', 'remove_from_cart', 'purchase');
CREATE TABLE ecom_events (
  event_id UBIGINT USING COMPRESSION uncompressed NOT NULL,
  event_time TIMESTAMP USING COMPRESSION bitpacking,
  event_type kind USING COMPRESSION bitpacking,
  product_id VARCHAR USING COMPRESSION dictionary,
  category_id VARCHAR USING COMPRESSION dictionary,
  category_code VARCHAR USING COMPRESSION dictionary,
  brand VARCHAR USING COMPRESSION dictionary,
  price DECIMAL(18,4) USING COMPRESSION bitpacking,
  user_id VARCHAR USING COMPRESSION uncompressed,
  user_session VARCHAR USING COMPRESSION uncompressed,
  source_id UINTEGER USING COMPRESSION bitpacking NOT NULL,
  source_position BIGINT USING COMPRESSION bitpacking,
  received_at TIMESTAMP USING COMPRESSION bitpacking NOT NULL,
  epoch BIGINT USING COMPRESSION bitpacking NOT NULL,
  extra JSON USING COMPRESSION dictionary);

INSERT INTO ecom_events
SELECT hash(event_time, event_type, product_id, user_id, user_session, price), *, 1, 0, TIMESTAMP '2024-01-01', 1, NULL
FROM read_csv(getvariable('input'), auto_detect = false, delim = ',', quote = '"', header = true,
     timestampformat = '%Y-%m-%d %H:%M:%S UTC', columns = {event_time: 'TIMESTAMP', event_type: 'kind', product_id: 'VARCHAR',
     category_id: 'VARCHAR', category_code: 'VARCHAR', brand: 'VARCHAR', price: 'DECIMAL(18,4)', user_id: 'VARCHAR',
     user_session: 'VARCHAR'});

CHECKPOINT;
