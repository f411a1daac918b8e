#include "query/health.h"

#include <gtest/gtest.h>

#include "query/health_sql.h"
#include "query/test_warehouse.h"

namespace millrace {
namespace {

constexpr std::string_view kLoads = R"sql(
INSERT INTO raw.load_files VALUES
  (1, 'visits', 'a.jsonl', 0, 'aa', 100, '2024-07-01 09:00', '2024-07-01 09:01', 'complete'),
  (2, 'orders', '<b>.csv', 0, NULL, NULL, '2024-07-02 09:00', NULL, 'loading');
INSERT INTO raw.progress VALUES
  ('p1', 'visits', 1, 0, 50, 'x', 'y', false, 10,7,2,1, 30,28,2,0, 3,3,0,0, 0, 1),
  ('p2', 'visits', 1, 50, 100, 'y', 'z', false, 5,5,0,0, 10,10,0,0, 0,0,0,0, 0, 2),
  ('p3', 'orders', 2, 0, 50, 'q', 'r', false, 4,2,1,0, 0,0,0,0, 0,0,0,0, 1, 3);
)sql";

constexpr std::string_view kDeadLetters = R"sql(
INSERT INTO raw.dead_letters BY NAME SELECT *, 'record' AS unit, 'visits' AS shape, '1.0.0' AS contract_version,
  'open' AS status, 1 AS epoch FROM (VALUES
  (18446744073709551615, 'not_json', 'the record is not JSON', 'visits', '<img src=x>'::BLOB, 'a.jsonl', 3, TIMESTAMP '2024-07-01 09:00'),
  (2, 'not_utf8', 'the record is not UTF-8', 'visits', '\x00\xFF\xFE'::BLOB, 'a.jsonl', 4, TIMESTAMP '2024-07-01 09:00'),
  (3, 'not_json', 'the record is not JSON', 'orders', repeat('x', 5000)::BLOB, 'it''s.csv', 1, TIMESTAMP '2024-07-02 09:00'))
  t(dead_letter_id, reason, message, contract, payload, source_file, source_line, received_at);
)sql";

class Health : public testing::Test {
 protected:
  Health() {
    warehouse_.write(kLoads);
    warehouse_.write(kDeadLetters);
  }

  std::string ask(HealthRequest::About about, const HealthFilter& filter = {}) {
    HealthRequest request;
    request.about = about;
    request.filter = filter;
    const auto answer = load_health(warehouse_.connection, request);
    if (!answer.has_value()) return "error: " + answer.error().message;
    return answer->substr(0, answer->find(",\"sql\":"));
  }

  TestWarehouse warehouse_;
};

TEST_F(Health, LoadsAreNewestFirstWithTheSumsOfEachContract) {
  const std::string json = ask(HealthRequest::About::kLoads);
  EXPECT_TRUE(
      json.starts_with(R"({"total":2,"loads":[{"load_id":2,"file":"\u003cb>.csv","contract":"orders",)"
                       R"("bytes":null,"from_byte":0,"state":"loading")"))
      << json;
  EXPECT_NE(json.find(R"("received":15,"stored":12,"dead_letters":2,"duplicates":1,"pending":0)"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("contracts":[{"contract":"orders","loads":1,"bytes":null,"received":4)"),
            std::string::npos)
      << json;
}

TEST_F(Health, LoadsArePagedAndFiltered) {
  HealthRequest request;
  request.limit = 1;
  request.offset = 1;
  const std::string second = load_health(warehouse_.connection, request).value();
  EXPECT_TRUE(second.starts_with(R"({"total":2,"loads":[{"load_id":1,)")) << second;
  HealthFilter filter;
  filter.file = "<b>.csv";
  EXPECT_TRUE(ask(HealthRequest::About::kLoads, filter).starts_with(R"({"total":1,"loads":[{"load_id":2,)"));
}

TEST_F(Health, RefusalsAreCountedByReasonContractAndFile) {
  EXPECT_EQ(
      ask(HealthRequest::About::kRefusals),
      R"({"total":3,"reasons":[{"key":"not_json","dead_letters":2,"newest":"2024-07-02T09:00:00Z","of_dead_letters":3,"of_keys":2},)"
      R"({"key":"not_utf8","dead_letters":1,"newest":"2024-07-01T09:00:00Z","of_dead_letters":3,"of_keys":2}],)"
      R"("contracts":[{"key":"visits","dead_letters":2,"newest":"2024-07-01T09:00:00Z","of_dead_letters":3,"of_keys":2},)"
      R"({"key":"orders","dead_letters":1,"newest":"2024-07-02T09:00:00Z","of_dead_letters":3,"of_keys":2}],)"
      R"("files":[{"key":"a.jsonl","dead_letters":2,"newest":"2024-07-01T09:00:00Z","of_dead_letters":3,"of_keys":2},)"
      R"({"key":"it's.csv","dead_letters":1,"newest":"2024-07-02T09:00:00Z","of_dead_letters":3,"of_keys":2}])");
}

TEST_F(Health, AListIgnoresItsOwnFilter) {
  HealthFilter filter;
  filter.reason = "not_utf8";
  const std::string json = ask(HealthRequest::About::kRefusals, filter);
  EXPECT_TRUE(json.starts_with(R"({"total":1,"reasons":[{"key":"not_json","dead_letters":2)")) << json;
  EXPECT_EQ(json.find("it's.csv"), std::string::npos);
}

TEST_F(Health, DeadLettersHaveTheirIdsAndBytesExact) {
  HealthFilter filter;
  filter.file = "a.jsonl";
  const std::string json = ask(HealthRequest::About::kDeadLetters, filter);
  EXPECT_TRUE(json.starts_with(R"({"total":2,"dead_letters":[{"id":"18446744073709551615",)")) << json;
  EXPECT_NE(json.find(R"("bytes":3,"payload":"AP/+")"), std::string::npos) << json;
  EXPECT_EQ(dead_letter_payload(warehouse_.connection, 2).value(), std::string("\0\xFF\xFE", 3));
  EXPECT_EQ(dead_letter_payload(warehouse_.connection, 3).value().size(), 5'000u);
  EXPECT_EQ(dead_letter_payload(warehouse_.connection, 4).error().code, ErrorCode::kNotFound);
}

TEST_F(Health, LongBytesAreCutAndTheirSizeIsTold) {
  HealthFilter filter;
  filter.contract = "orders";
  const std::string json = ask(HealthRequest::About::kDeadLetters, filter);
  EXPECT_NE(json.find(R"("bytes":5000,"payload":"eHh4)"), std::string::npos) << json;
  EXPECT_LT(json.size(), 6'000u);
}

TEST_F(Health, AHostileFilterIsText) {
  HealthFilter filter;
  filter.file = "'; DROP TABLE raw.dead_letters; --";
  EXPECT_EQ(ask(HealthRequest::About::kDeadLetters, filter), R"({"total":0,"dead_letters":[])");
  filter.file = "it's.csv";
  EXPECT_TRUE(ask(HealthRequest::About::kDeadLetters, filter).starts_with(R"({"total":1,)"));
}

TEST_F(Health, TheSqlOfEachListRunsAsItIsAndComesWithIt) {
  const HealthRequest request;
  for (const std::string& sql :
       {loads_sql(request), load_sums_sql(request), reasons_sql(request), refusing_contracts_sql(request),
        refused_files_sql(request), dead_letters_sql(request)}) {
    EXPECT_FALSE(warehouse_.ask(sql).starts_with("error: ")) << sql;
  }
  EXPECT_NE(load_health(warehouse_.connection, request)->find(R"("sql":{"loads":"SELECT load_id)"),
            std::string::npos);
}

TEST_F(Health, TagChangesWithLoadsDeadLettersAndTheRequest) {
  HealthRequest request;
  const std::string before = health_etag(warehouse_.connection, request).value();
  EXPECT_EQ(health_etag(warehouse_.connection, request).value(), before);
  request.offset = 50;
  EXPECT_NE(health_etag(warehouse_.connection, request).value(), before);
  request.offset = 0;
  warehouse_.write("UPDATE raw.load_files SET state = 'complete'");
  const std::string complete = health_etag(warehouse_.connection, request).value();
  EXPECT_NE(complete, before);
  warehouse_.write("UPDATE raw.dead_letters SET status = 'discarded' WHERE dead_letter_id = 2");
  EXPECT_NE(health_etag(warehouse_.connection, request).value(), complete);
}

TEST(EmptyHealth, IsAnAnswerAndNoError) {
  TestWarehouse warehouse;
  EXPECT_TRUE(
      load_health(warehouse.connection, {})->starts_with(R"({"total":0,"loads":[],"contracts":[],"sql":)"));
  EXPECT_TRUE(health_etag(warehouse.connection, {}).has_value());
}

}  // namespace
}  // namespace millrace
