-- What both loads must agree on, one fact a line. The search path says whose tables are asked.
SET search_path = getvariable('schema');
SELECT 'stored', count(*) FROM ecom_events;
SELECT 'users', count(DISTINCT user_id) FROM ecom_events;
SELECT 'sessions', count(DISTINCT user_session) FROM ecom_events;
SELECT 'revenue', sum(price) FILTER (event_type::VARCHAR = 'purchase') FROM ecom_events;
