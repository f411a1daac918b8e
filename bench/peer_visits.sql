-- DuckDB's own load of visits into three tables, as fast as we could make it: typed columns, no insertion order, one
-- parse into a temporary table, and compression named a column, which spares it the search for the best method.
-- The tables hold what the program's tables hold, less its source columns, keys and hashes.
SET threads = getvariable('threads')::BIGINT;
SET preserve_insertion_order = false;

CREATE TABLE visits (
  session_id VARCHAR USING COMPRESSION uncompressed,
  user_id VARCHAR USING COMPRESSION uncompressed,
  device_type VARCHAR USING COMPRESSION dictionary,
  geolocation VARCHAR USING COMPRESSION uncompressed,
  user_agent VARCHAR USING COMPRESSION dictionary,
  started_at TIMESTAMP USING COMPRESSION bitpacking,
  ended_at TIMESTAMP USING COMPRESSION bitpacking,
  event_count INTEGER USING COMPRESSION bitpacking,
  source_file VARCHAR USING COMPRESSION dictionary);
CREATE TABLE events (
  event_index INTEGER USING COMPRESSION bitpacking,
  event_type VARCHAR USING COMPRESSION dictionary,
  event_time TIMESTAMP USING COMPRESSION bitpacking,
  session_id VARCHAR USING COMPRESSION uncompressed,
  user_id VARCHAR USING COMPRESSION uncompressed,
  device_type VARCHAR USING COMPRESSION dictionary,
  page_url VARCHAR USING COMPRESSION dictionary,
  referrer_url VARCHAR USING COMPRESSION dictionary,
  product_id VARCHAR USING COMPRESSION dictionary,
  product_name VARCHAR USING COMPRESSION dictionary,
  category VARCHAR USING COMPRESSION dictionary,
  price DECIMAL(18,4) USING COMPRESSION bitpacking,
  quantity INTEGER USING COMPRESSION bitpacking,
  order_id VARCHAR USING COMPRESSION uncompressed,
  amount DECIMAL(18,4) USING COMPRESSION bitpacking,
  currency VARCHAR USING COMPRESSION dictionary);
CREATE TABLE purchase_items (
  order_id VARCHAR USING COMPRESSION uncompressed,
  item_index INTEGER USING COMPRESSION bitpacking,
  session_id VARCHAR USING COMPRESSION uncompressed,
  user_id VARCHAR USING COMPRESSION uncompressed,
  product_id VARCHAR USING COMPRESSION dictionary,
  product_name VARCHAR USING COMPRESSION dictionary,
  category VARCHAR USING COMPRESSION dictionary,
  price DECIMAL(18,4) USING COMPRESSION bitpacking,
  quantity INTEGER USING COMPRESSION bitpacking,
  line_amount DECIMAL(18,4) USING COMPRESSION bitpacking,
  currency VARCHAR USING COMPRESSION dictionary,
  purchased_at TIMESTAMP USING COMPRESSION bitpacking);

CREATE TEMP TABLE input AS
SELECT * FROM read_json(getvariable('input'), format = 'newline_delimited', columns = {
  session_id: 'VARCHAR', user_id: 'VARCHAR', device_type: 'VARCHAR', geolocation: 'VARCHAR', user_agent: 'VARCHAR',
  events: 'STRUCT("event" STRUCT(event_type VARCHAR, "timestamp" TIMESTAMP, details STRUCT(
    page_url VARCHAR, referrer_url VARCHAR, product_id VARCHAR, product_name VARCHAR, category VARCHAR,
    price DECIMAL(18,4), quantity INTEGER, order_id VARCHAR, amount DECIMAL(18,4), currency VARCHAR,
    items STRUCT(product_id VARCHAR, product_name VARCHAR, category VARCHAR, price DECIMAL(18,4),
                 quantity INTEGER)[])))[]'});

INSERT INTO visits
SELECT session_id, user_id, device_type, geolocation, user_agent,
       list_min(list_transform(events, lambda e: e."event"."timestamp")),
       list_max(list_transform(events, lambda e: e."event"."timestamp")),
       len(events), getvariable('input')
FROM input;

INSERT INTO events
SELECT event_index, e."event".event_type, e."event"."timestamp", session_id, user_id, device_type,
       e."event".details.page_url, e."event".details.referrer_url, e."event".details.product_id,
       e."event".details.product_name, e."event".details.category, e."event".details.price,
       e."event".details.quantity, e."event".details.order_id, e."event".details.amount, e."event".details.currency
FROM (SELECT session_id, user_id, device_type, unnest(events) AS e, generate_subscripts(events, 1) - 1 AS event_index
      FROM input);

INSERT INTO purchase_items
SELECT order_id, item_index, session_id, user_id, item.product_id, item.product_name, item.category, item.price,
       item.quantity, item.price * item.quantity, currency, purchased_at
FROM (SELECT session_id, user_id, e."event".details.order_id AS order_id, e."event".details.currency AS currency,
             e."event"."timestamp" AS purchased_at, unnest(e."event".details.items) AS item,
             generate_subscripts(e."event".details.items, 1) - 1 AS item_index
      FROM (SELECT session_id, user_id, unnest(events) AS e FROM input)
      WHERE e."event".event_type = 'purchase');

DROP TABLE input;
CHECKPOINT;
