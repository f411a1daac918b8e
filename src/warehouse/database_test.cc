#include "warehouse/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "warehouse/test_folder.h"

namespace millrace {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : path_(folder_.file("warehouse.duckdb")), database_(*Database::open(path_, {})) {}

  Connection connect() { return *database_.connect(); }

  TestFolder folder_;
  std::string path_;
  Database database_;
};

TEST_F(DatabaseTest, IsClosedToOtherFilesAndSettings) {
  const std::string csv = folder_.write("other.csv", "a,b\n1,2\n");
  const std::string out = folder_.file("out");
  Connection connection = connect();
  ASSERT_TRUE(connection.execute("CREATE TABLE t AS SELECT 1 AS a"));
  for (const std::string& statement :
       std::vector<std::string>{"SELECT * FROM read_csv('" + csv + "')",
                                "SELECT * FROM '" + csv + "'",
                                "SELECT * FROM read_text('" + csv + "')",
                                "SELECT * FROM read_blob('" + csv + "')",
                                "SELECT * FROM glob('" + folder_.file("*") + "')",
                                "COPY t TO '" + out + "'",
                                "COPY t FROM '" + csv + "'",
                                "COPY (SELECT 1) TO '" + out + "' (FORMAT csv)",
                                "ATTACH '" + out + "' AS other",
                                "EXPORT DATABASE '" + out + "'",
                                "IMPORT DATABASE '" + out + "'",
                                "INSTALL httpfs",
                                "LOAD httpfs",
                                "SET enable_external_access = true",
                                "SET memory_limit = '100GB'",
                                "SET threads = 64",
                                "SET GLOBAL lock_configuration = false",
                                "RESET enable_external_access",
                                "SET temp_directory = '" + out + "'",
                                "SET allowed_directories = ['/']",
                                "SET TimeZone = 'Europe/Berlin'",
                                "PRAGMA memory_limit = '1GB'"}) {
    const auto answer = connection.query(statement);
    EXPECT_FALSE(answer) << statement;
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(DatabaseTest, OpensOnlyAFolderWhoseNameCannotBeGuessed) {
  const std::string exports = path_ + ".export";
  const std::string made = database_.export_folder();
  std::filesystem::create_directories(made);
  Connection connection = connect();
  EXPECT_TRUE(connection.query("COPY (SELECT 1 AS a) TO '" + made + "/part.csv'"));
  EXPECT_TRUE(connection.query("SELECT * FROM '" + made + "/part.csv'"));
  for (const std::string& statement : std::vector<std::string>{
           "SELECT * FROM '" + exports + "/*/part.csv'", "SELECT * FROM glob('" + exports + "/**')",
           "EXPORT DATABASE '" + exports + "/mine'", "COPY (SELECT 1) TO '" + exports + "/mine.csv'",
           "SELECT * FROM '" + made + "/../../warehouse.duckdb'"}) {
    EXPECT_FALSE(connection.query(statement)) << statement;
  }
  const std::string other = folder_.file("other.duckdb");
  EXPECT_NE(std::filesystem::path(Database::open(other, {})->export_folder()).filename(),
            std::filesystem::path(made).filename());
}

TEST_F(DatabaseTest, KeepsItsTemporaryFilesInsideItsOwnFolder) {
  auto setting = connect().query("SELECT current_setting('temp_directory')");
  ASSERT_TRUE(setting);
  const std::filesystem::path place = setting->text(0, 0);
  EXPECT_EQ(place.parent_path(), std::filesystem::path(path_).parent_path()) << place;
}

TEST_F(DatabaseTest, HoldsQueriesLargerThanItsMemoryAndLeavesNothingBehind) {
  const std::string path = folder_.file("small.duckdb");
  {
    Database small = *Database::open(path, {.memory_limit_bytes = 64u << 20, .threads = 1});
    Connection connection = *small.connect();
    auto rows = connection.query(
        "SELECT count(*) FROM (SELECT (range * 7919) % 4000037 AS a, range::VARCHAR || 'abcdefghijkl' AS b "
        "FROM range(4000000) ORDER BY a, b) WHERE a >= 0");
    EXPECT_TRUE(rows) << rows.error().message;
  }
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(path).parent_path())) {
    EXPECT_EQ(entry.path().filename().string().find("tmp"), std::string::npos) << entry.path();
  }
  EXPECT_FALSE(std::filesystem::exists(".tmp")) << "in the folder where the program was started";
}

TEST_F(DatabaseTest, TellsTimeInUtc) {
  auto time = connect().query("SELECT TIMESTAMP '2024-07-01 09:00:00'::TIMESTAMPTZ::VARCHAR");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->text(0, 0), "2024-07-01 09:00:00+00");
}

TEST_F(DatabaseTest, EveryConnectionStandsInTheWarehouse) {
  ASSERT_TRUE(connect().execute("CREATE TABLE t AS SELECT 42 AS a"));
  auto rows = connect().query("SELECT a, current_database() FROM t");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->integer(0, 0), 42);
  EXPECT_EQ(rows->text(0, 1), "warehouse");
}

TEST_F(DatabaseTest, BindsEveryKindOfParameter) {
  Connection connection = connect();
  auto row = connection.query("SELECT ?, ?, ?, ?, ?, ?, ?",
                              {nullptr, std::int64_t{-5}, ~std::uint64_t{0}, true, "it's",
                               Parameter::timestamp(1), Parameter::blob(std::string_view("\0x", 2))});
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_TRUE(row->is_null(0, 0));
  EXPECT_EQ(row->integer(0, 1), -5);
  EXPECT_EQ(row->text(0, 2), "18446744073709551615");
  EXPECT_EQ(row->text(0, 3), "true");
  EXPECT_EQ(row->text(0, 4), "it's");
  EXPECT_EQ(row->text(0, 5), "1970-01-01 00:00:00.000001");
  EXPECT_EQ(row->blob(0, 6), std::string("\0x", 2));
}

TEST_F(DatabaseTest, StreamsAResultWithoutHoldingIt) {
  Connection connection = connect();
  std::uint64_t rows = 0;
  ASSERT_TRUE(connection.stream("SELECT range FROM range(1000000)", [&rows](duckdb_data_chunk chunk) {
    rows += duckdb_data_chunk_get_size(chunk);
  }));
  EXPECT_EQ(rows, 1'000'000u);
}

TEST_F(DatabaseTest, AFailureInTheMiddleOfAStreamIsAnError) {
  Connection connection = connect();
  const Status status = connection.stream(
      "SELECT CASE WHEN range = 900000 THEN error('stop') ELSE range::VARCHAR END "
      "FROM range(1000000)",
      [](duckdb_data_chunk) {});
  EXPECT_FALSE(status);
}

TEST_F(DatabaseTest, AStatementThatIsWrongIsAnErrorInWords) {
  Connection connection = connect();
  const auto rows = connection.query("SELECT nothing FROM nowhere");
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message.find("nowhere"), std::string::npos);
  EXPECT_FALSE(connection.execute("SELEC 1"));
}

TEST(Database, AFileThatIsNoWarehouseIsRefusedByName) {
  const TestFolder folder;
  const std::string path = folder.write("warehouse.duckdb", std::string(10'000, 'x'));
  const auto database = Database::open(path, {});
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kIo);
  EXPECT_NE(database.error().message.find(path), std::string::npos);
}

TEST(Database, AFileWhoseMakingWasCutShortIsMadeAnew) {
  const TestFolder folder;
  const std::string path = folder.file("warehouse.duckdb");
  ASSERT_TRUE(Database::open(path, {}));
  std::ifstream file(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  ASSERT_GE(whole.size(), 12'288u);
  for (const std::size_t length : {0u, 12u, 4096u, 5000u, 8192u, 12'287u}) {
    folder.write("warehouse.duckdb", std::string_view(whole).substr(0, length));
    const auto database = Database::open(path, {});
    EXPECT_TRUE(database) << length << ": " << database.error().message;
  }
  folder.write("warehouse.duckdb", std::string(8000, '\0'));
  EXPECT_TRUE(Database::open(path, {}));
  folder.write("warehouse.duckdb", "somebody's notes");
  EXPECT_FALSE(Database::open(path, {}));
  EXPECT_EQ(std::filesystem::file_size(path), 16u);
}

TEST(Database, OpensAPathWithAQuoteInIt) {
  const TestFolder folder;
  const std::string path = folder.file("it's here.duckdb");
  ASSERT_TRUE(Database::open(path, {}));
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace millrace
