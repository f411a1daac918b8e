-- What both loads must agree on, one fact a line. The search path says whose tables are asked.
SET search_path = getvariable('schema');
SELECT 'stored', count(*) FROM transactions;
SELECT 'units', sum(qty) FROM transactions;
