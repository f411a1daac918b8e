-- What both loads must agree on, one fact a line. The search path says whose tables are asked.
SET search_path = getvariable('schema');
SELECT 'visits', count(*) FROM visits;
SELECT 'events', count(*) FROM events;
SELECT 'page_views', count(*) FROM events WHERE page_url IS NOT NULL;
SELECT 'purchases', count(*) FROM events WHERE order_id IS NOT NULL;
SELECT 'items', count(*) FROM purchase_items;
SELECT 'units', sum(quantity) FROM purchase_items;
SELECT 'revenue', sum(line_amount) FROM purchase_items;
SELECT 'amounts', sum(amount) FROM events;
