#include "query/guarded_query.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "query/sql_guard.h"
#include "query/test_warehouse.h"

namespace millrace {
namespace {

class GuardedQuery : public testing::Test {
 protected:
  void expect_refused(const std::string& sql) {
    const std::string answer = warehouse_.ask(sql);
    EXPECT_TRUE(answer.starts_with("error: ")) << sql << "\n" << answer;
    // Whatever was tried, the warehouse still answers and nobody has written.
    EXPECT_EQ(warehouse_.ask("SELECT count(*)::INTEGER AS n FROM raw.schema_version"), "{\"n\":1}\n")
        << "after " << sql;
  }

  TestWarehouse warehouse_;
};

TEST_F(GuardedQuery, AnswersEveryKindOfQuestion) {
  for (const std::string sql :
       {"SELECT 1",
        "select 1;",
        "  -- note\n SELECT 1 /* ; */ ;",
        "FROM curated.visits",
        "VALUES (1)",
        "TABLE curated.visits",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "DESCRIBE curated.visits",
        "SHOW TABLES",
        "SHOW DATABASES",
        "SHOW ALL TABLES",
        "SUMMARIZE curated.visits",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN (FORMAT json) SELECT 1",
        "explain (select 1)",
        "SELECT ';'",
        "SELECT 'COPY x TO y'",
        "SELECT repeat('=', 10)",
        "SELECT * FROM range(3)",
        "SELECT lpad('x', 3, 'y')",
        "FROM range(10, 0, -1)",
        "FROM generate_series(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 DAY)",
        "FROM range(TIMESTAMP '2024-01-01 00:00:00', '2024-02-01'::TIMESTAMP, INTERVAL '1 hour')",
        "SELECT printf('%5.2f %% * %d', 1.5, 2)",
        "SELECT format('{{{}}}', 1)",
        "SELECT unnest([1, 2])",
        "FROM generate_series(1704067200, 1704153600, 3600)",
        "PIVOT (SELECT 'a' AS x, 1 AS y) ON x IN ('a') USING sum(y)",
        "SELECT $$checkpoint()$$",
        "SELECT format('{:>10}', 1)",
        "SELECT 1 AS query",
        "FROM duckdb_tables()",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t"}) {
    const std::string answer = warehouse_.ask(sql);
    EXPECT_FALSE(answer.starts_with("error: ")) << sql << "\n" << answer;
  }
}

TEST_F(GuardedQuery, WritesNothing) {
  for (const std::string sql :
       {"INSERT INTO raw.schema_version VALUES (2)",
        "DELETE FROM raw.schema_version",
        "DROP TABLE curated.visits",
        "UPDATE raw.schema_version SET version = 9",
        "TRUNCATE raw.schema_version",
        "CREATE TABLE t (a INTEGER)",
        "CREATE TEMP TABLE t (a INTEGER)",
        "CREATE TEMPORARY TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE MACRO m(a) AS a",
        "CREATE TYPE t AS ENUM ('a')",
        "CREATE SEQUENCE s",
        "CREATE SCHEMA s",
        "ALTER TABLE curated.visits ADD COLUMN x INTEGER",
        "EXPLAIN ANALYZE INSERT INTO raw.schema_version VALUES (2)",
        "EXPLAIN INSERT INTO raw.schema_version VALUES (2)",
        "EXPLAIN (ANALYZE) DELETE FROM raw.schema_version",
        "EXPLAIN/**/ANALYZE/**/DELETE FROM raw.schema_version",
        "WITH a AS (INSERT INTO raw.schema_version VALUES (2) RETURNING *) FROM a",
        "MERGE INTO raw.schema_version USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "VACUUM",
        "ANALYZE",
        "CHECKPOINT",
        "FORCE CHECKPOINT",
        "COMMENT ON TABLE curated.visits IS 'x'",
        "BEGIN",
        "COMMIT",
        "ROLLBACK"}) {
    expect_refused(sql);
  }
}

TEST_F(GuardedQuery, TouchesNoFile) {
  for (const std::string sql : {"COPY (SELECT 1) TO '/tmp/millrace-attack.csv'",
                                "COPY curated.visits TO '/tmp/millrace-attack.parquet'",
                                "COPY curated.visits FROM '/etc/passwd'",
                                "ATTACH '/tmp/millrace-attack.db' AS x",
                                "ATTACH ':memory:' AS x",
                                "DETACH memory",
                                "USE memory",
                                "EXPORT DATABASE '/tmp/millrace-attack'",
                                "IMPORT DATABASE '/tmp'",
                                "FROM read_csv('/etc/passwd')",
                                "FROM read_text('/etc/passwd')",
                                "FROM read_blob('/etc/passwd')",
                                "FROM read_json('/etc/passwd')",
                                "FROM read_parquet('/etc/passwd')",
                                "FROM '/etc/passwd'",
                                "FROM 'x.csv'",
                                "FROM \"/etc/passwd\"",
                                "FROM glob('/etc/*')",
                                "FROM sniff_csv('/etc/passwd')",
                                "FROM read_duckdb('/tmp/x.db')",
                                "FROM \"read_text\"('/etc/passwd')",
                                "FROM main.read_text ('/etc/passwd')",
                                "INSTALL httpfs",
                                "LOAD httpfs",
                                "LOAD '/tmp/x.so'",
                                "FROM 'https://example.com/x.parquet'",
                                "SELECT getenv('HOME')",
                                "FROM parquet_metadata('/etc/passwd')",
                                "FROM duckdb_secrets()",
                                "CREATE SECRET s (TYPE s3)"}) {
    expect_refused(sql);
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/millrace-attack.csv"));
}

TEST_F(GuardedQuery, ChangesNoSettingAndNoState) {
  for (const std::string sql :
       {"SET memory_limit = '100GB'",
        "SET GLOBAL enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA memory_limit = '100GB'",
        "PRAGMA version",
        "CALL pragma_version()",
        "SET VARIABLE x = 1",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE p",
        "SELECT nextval('s')",
        "FROM checkpoint()",
        "FROM force_checkpoint()",
        "EXPLAIN ANALYZE SELECT * FROM checkpoint()",
        "SELECT * FROM enable_logging(storage = 'file', storage_path = '/tmp/millrace-attack')",
        "FROM \"enable_logging\"()",
        "FROM enable_profiling(save_location = '/tmp/x')",
        "FROM truncate_duckdb_logs()",
        "SELECT write_log('x')",
        "SELECT sleep_ms(1000)"}) {
    expect_refused(sql);
  }
}

TEST_F(GuardedQuery, RunsNoSqlHiddenInAString) {
  for (const std::string sql : {"FROM query('SELECT 1')", "FROM query('FROM check' || 'point()')",
                                "FROM query_table('curated.visits')",
                                "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 42'))",
                                "PRAGMA json_execute_serialized_sql('x')"}) {
    expect_refused(sql);
  }
}

TEST_F(GuardedQuery, RunsOneStatement) {
  for (const std::string sql : {"SELECT 1; SELECT 2", "SELECT 1; DROP TABLE curated.visits",
                                "SELECT 1;DELETE FROM raw.schema_version;", "", ";", "-- nothing",
                                "SELECT 1 WHERE 1 = ?", "SELECT $1", "SELECT", "no sql at all"}) {
    expect_refused(sql);
  }
  expect_refused(std::string("SELECT 1\0; DROP TABLE curated.visits", 36));
  expect_refused("SELECT '" + std::string(2 << 20, 'x') + "'");
}

TEST_F(GuardedQuery, MakesNoValueThatTakesAllMemory) {
  for (const std::string sql : {"SELECT repeat('x', 1500000000)",
                                "SELECT repeat('x', 1_500_000_000)",
                                "SELECT repeat('x', 1.5e9::BIGINT)",
                                "SELECT repeat('x', '1500000000'::BIGINT)",
                                "SELECT repeat('x', 1000 * 1000 * 1500)",
                                "SELECT repeat('x', 2 ** 31)",
                                "SELECT repeat('x', 1 << 31)",
                                "SELECT repeat('x', pow(10, 9)::BIGINT)",
                                "SELECT 'x'.repeat(1500000000)",
                                "SELECT \"repeat\"('x', 1500000000)",
                                "SELECT REPEAT ( 'x' , 1500000000 )",
                                "SELECT repeat/**/('x', 1500000000)",
                                "SELECT repeat(repeat('x', 100000), 100000)",
                                "SELECT lpad('x', 1500000000, 'y')",
                                "SELECT rpad('x', 1500000000, 'y')",
                                "SELECT range(1500000000)",
                                "SELECT generate_series(1, 1500000000)",
                                "SELECT range(0, 1000000 * 1000000)",
                                "SELECT list_resize([], 1500000000)",
                                "SELECT printf('%1500000000d', 1)",
                                "SELECT format('{:>1500000000}', 1)"}) {
    expect_refused(sql);
  }
}

TEST_F(GuardedQuery, TakesLengthsFromTheStatementAlone) {
  for (const std::string sql :
       {"SELECT length(repeat('x', n)) FROM (VALUES (200000000)) t(n)",
        "SELECT length(('x').repeat(n)) FROM (VALUES (200000000)) t(n)",
        "SELECT length(x.repeat(200000000)) FROM (VALUES ('x')) t(x)",
        "SELECT length(('x').repeat(200000000))",
        "SELECT length(main.repeat('x', n)) FROM (VALUES (200000000)) t(n)",
        "SELECT repeat('x', (SELECT 200000000))",
        "SELECT repeat('x', len('12') + n) FROM (VALUES (200000000)) t(n)",
        "SELECT list_transform([200000000], lambda n: len(repeat('x', n)))",
        "SELECT len(lpad('x', n, 'y')) FROM (VALUES (200000000)) t(n)",
        "SELECT len(range(n)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(range(0, n, 1)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(n.range()) FROM (VALUES (200000000)) t(n)",
        "SELECT len(range(0, -200000000, -1))",
        "SELECT len(generate_series(1, n)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(range(DATE '0001-01-01', DATE '9999-01-01', INTERVAL 1 SECOND))",
        "SELECT len(range(DATE '2024-01-01', DATE '2025-01-01', INTERVAL 1 MICROSECOND))",
        "SELECT len(list_resize([1], n)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(array_resize([1], n, 0)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(bitstring('1', n)) FROM (VALUES (200000000)) t(n)",
        "SELECT len(bar(1, 0, 1, n)) FROM (VALUES (200000000)) t(n)",
        "SELECT printf('%*d', n, 1) FROM (VALUES (200000000)) t(n)",
        "SELECT printf('%-*d', n, 1) FROM (VALUES (200000000)) t(n)",
        "SELECT printf('%.*f', n, 1.0) FROM (VALUES (200000000)) t(n)",
        "SELECT printf(E'%\\x2ad', n, 1) FROM (VALUES (200000000)) t(n)",
        "SELECT ('%*d').printf(n, 1) FROM (VALUES (200000000)) t(n)",
        "SELECT printf('%' || n || 'd', 1) FROM (VALUES (200000000)) t(n)",
        "SELECT format('{:>{}}', 1, n) FROM (VALUES (200000000)) t(n)",
        "SELECT format(f, 1) FROM (VALUES ('{:>200000000}')) t(f)"}) {
    expect_refused(sql);
    EXPECT_FALSE(check_sql_text(sql).has_value()) << sql;
  }
  EXPECT_EQ(warehouse_.ask("SELECT repeat('x', n) FROM (VALUES (200000000)) t(n)"),
            "error: repeat() at position 8 is refused, since it can take all memory: write its length as a "
            "plain number of at most 1000000, not as an expression or a column");
}

TEST_F(GuardedQuery, ShowsNoSetting) {
  expect_refused("FROM duckdb_settings()");
  expect_refused("FROM duckdb_databases()");
  expect_refused("FROM duckdb_databases");
  expect_refused("FROM pg_catalog.pg_settings");
  expect_refused("SELECT current_setting('temp_directory')");
}

TEST_F(GuardedQuery, DeepAndWideStatementsEndInAnError) {
  std::string parentheses = "SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')');
  expect_refused(parentheses);
  std::string terms = "SELECT 1";
  for (int i = 0; i < 50'000; ++i) terms += "+1";
  expect_refused(terms);
}

TEST_F(GuardedQuery, StopsAtItsTimeLimit) {
  QueryOptions options;
  options.timeout = std::chrono::milliseconds(100);
  const auto start = std::chrono::steady_clock::now();
  const std::string answer = warehouse_.ask(
      "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7", options);
  EXPECT_TRUE(answer.starts_with("error: the query took longer than 0.1 s")) << answer;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_EQ(warehouse_.ask("SELECT 1 AS a"), "{\"a\":1}\n");
}

TEST_F(GuardedQuery, StopsWhenAskedTo) {
  std::stop_source source;
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.request_stop();
  });
  QueryOptions options;
  options.stop = source.get_token();
  EXPECT_EQ(
      warehouse_.ask("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7",
                     options),
      "error: the query was stopped before it was done");
}

TEST_F(GuardedQuery, LeavesNoTransactionOpen) {
  EXPECT_TRUE(warehouse_.ask("SELECT x").starts_with("error: "));
  warehouse_.write("BEGIN; INSERT INTO raw.schema_version VALUES (1); COMMIT;");
}

TEST_F(GuardedQuery, PassesOnTheErrorOfItsOutput) {
  BoundedText output(10);
  const Status status = run_query(warehouse_.connection, "SELECT * FROM range(1000)", {}, output);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message,
            "the answer is larger than 10 bytes: add a LIMIT, or select fewer columns");
}

TEST_F(GuardedQuery, SaysWhatIsWrongInTheStatement) {
  EXPECT_NE(warehouse_.ask("SELECT page_ulr FROM curated.events").find("page_url"), std::string::npos);
  EXPECT_EQ(warehouse_.ask("FROM checkpoint()"),
            "error: checkpoint() at position 6 is refused: SQL here reads the tables of the warehouse and "
            "nothing else; "
            "SHOW ALL TABLES lists them");
}

TEST_F(GuardedQuery, FailsWhileRowsCome) {
  EXPECT_TRUE(warehouse_.ask("SELECT CASE WHEN range = 50000 THEN error('broken') END FROM range(100000)")
                  .starts_with("error: "));
}

// A new DuckDB brings new table functions: each has to be judged before it is let in.
TEST_F(GuardedQuery, EveryTableFunctionOfThisDuckDbIsJudged) {
  std::set<std::string_view> judged(allowed_table_functions().begin(), allowed_table_functions().end());
  judged.insert(refused_functions().begin(), refused_functions().end());
  auto functions = warehouse_.connection.query(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', "
      "'table_macro')");
  ASSERT_TRUE(functions.has_value());
  for (std::size_t i = 0; i < functions->row_count(); ++i) {
    const std::string name = functions->text(i, 0);
    if (name == "histogram" || name == "histogram_values") continue;  // macros over a table of the warehouse
    EXPECT_TRUE(judged.contains(name)) << name << " is neither allowed nor refused";
  }
}

}  // namespace
}  // namespace millrace
