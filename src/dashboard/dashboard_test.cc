#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>

#include "dashboard/assets.h"
#include "dashboard/page_api.h"

namespace millrace {
namespace {

HttpRequest request(std::string method, std::string path, std::vector<NamedText> query = {},
                    std::vector<NamedText> headers = {}) {
  HttpRequest made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.query = std::move(query);
  made.headers = std::move(headers);
  return made;
}

// Keeps what it was asked and answers what it is told to.
class RecordedQueries final : public PageQueries {
 public:
  Result<std::string> overview_etag(const OverviewRequest&) override { return std::string("\"tag\""); }

  Result<Overview> overview(const OverviewRequest& request, std::stop_token) override {
    asked = request;
    ++overviews;
    if (!error.empty()) return fail(ErrorCode::kUnavailable, error);
    return Overview{};
  }

  Result<std::string> health_etag(const HealthRequest&) override { return std::string("\"health\""); }

  Result<std::string> health(const HealthRequest& request, std::stop_token) override {
    asked_health = request;
    ++healths;
    if (!error.empty()) return fail(ErrorCode::kUnavailable, error);
    return std::string("{}");
  }

  Result<std::string> dead_letter_payload(std::uint64_t id) override {
    if (id != 18'446'744'073'709'551'615u) return fail(ErrorCode::kNotFound, "there is no such dead letter");
    return std::string("\0\xff<script>", 10);
  }

  Status sql(std::string_view sql, ResultFormat format, std::stop_token, Output& output) override {
    if (sql == "slow") {
      ++slow_statements;
      release_slow.wait();
      return {};
    }
    asked_sql = sql;
    asked_format = format;
    if (!error.empty()) return fail(ErrorCode::kInvalidArgument, error);
    for (int i = 0; i < repeats; ++i) MILLRACE_TRY(output.write(answer));
    return {};
  }

  OverviewRequest asked;
  HealthRequest asked_health;
  int healths = 0;
  int overviews = 0;
  std::string asked_sql;
  ResultFormat asked_format = ResultFormat::kTable;
  std::string answer = "[]\n";
  int repeats = 1;
  std::string error;
  std::atomic<int> slow_statements = 0;
  std::latch release_slow{1};
};

class PageApi : public testing::Test {
 protected:
  PageApi() { add_page_api(router_, queries_); }

  HttpResponse overview(std::vector<NamedText> query) {
    return router_.respond(request("GET", "/v1/overview", std::move(query)));
  }

  HttpResponse get(std::string path, std::vector<NamedText> query = {}, std::vector<NamedText> headers = {}) {
    return router_.respond(request("GET", std::move(path), std::move(query), std::move(headers)));
  }

  static std::string header(const HttpResponse& response, std::string_view name) {
    const auto found = std::ranges::find(response.headers, name, &NamedText::first);
    return found == response.headers.end() ? "" : found->second;
  }

  RecordedQueries queries_;
  Router router_;
};

TEST_F(PageApi, PassesOnWhatIsAsked) {
  const HttpResponse response = overview({{"from", "2024-07-01"},
                                          {"to", "2024-07-02T12:00:00Z"},
                                          {"compare", "previous"},
                                          {"device", "mobile"},
                                          {"page", "https://example.com/a?b=c"},
                                          {"product", "PER-001"},
                                          {"category", "hardware"},
                                          {"step", "cart"},
                                          {"currency", "USD"}});
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.etag, "W/\"tag\"");
  EXPECT_EQ(format_timestamp(*queries_.asked.from), "2024-07-01T00:00:00Z");
  EXPECT_EQ(format_timestamp(*queries_.asked.to), "2024-07-02T12:00:00Z");
  EXPECT_TRUE(queries_.asked.compare);
  EXPECT_EQ(queries_.asked.filters.device, "mobile");
  EXPECT_EQ(queries_.asked.filters.page, "https://example.com/a?b=c");
  EXPECT_EQ(queries_.asked.filters.product, "PER-001");
  EXPECT_EQ(queries_.asked.filters.category, "hardware");
  EXPECT_EQ(queries_.asked.filters.step, OverviewFilters::Step::kCart);
  EXPECT_EQ(queries_.asked.currency, "USD");
}

TEST_F(PageApi, NothingAskedIsEverything) {
  EXPECT_EQ(overview({}).status, 200);
  EXPECT_FALSE(queries_.asked.from.has_value());
  EXPECT_FALSE(queries_.asked.compare);
  EXPECT_FALSE(queries_.asked.filters.device.has_value());
}

TEST_F(PageApi, RefusesWhatItDoesNotUnderstandByName) {
  for (const auto& [name, value] : std::vector<NamedText>{{"devise", "mobile"},
                                                          {"from", "yesterday"},
                                                          {"to", "2024-02-30"},
                                                          {"compare", "yes"},
                                                          {"step", "checkout"},
                                                          {"device", ""},
                                                          {"page", "\xff"},
                                                          {"category", "caf\xe9"},
                                                          {"currency", "UNITED STATES DOLLAR"},
                                                          {"page", std::string(3'000, 'x')}}) {
    const HttpResponse response = overview({{name, value}});
    EXPECT_EQ(response.status, 400) << name;
    EXPECT_NE(response.body.find(name), std::string::npos) << response.body;
  }
  EXPECT_EQ(queries_.overviews, 0);
}

TEST_F(PageApi, UnchangedNumbersAreNotCountedAgain) {
  const HttpResponse response =
      router_.respond(request("GET", "/v1/overview", {}, {{"if-none-match", "W/\"tag\""}}));
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(queries_.overviews, 0);
}

TEST_F(PageApi, ABusyWarehouseIsA503) {
  queries_.error = "all readers are busy";
  const HttpResponse response = overview({});
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.etag.empty());
}

TEST_F(PageApi, AsksForTheHealthOfTheData) {
  EXPECT_EQ(get("/v1/health/loads", {{"contract", "visits"}, {"limit", "20"}, {"offset", "40"}}).status, 200);
  EXPECT_EQ(queries_.asked_health.about, HealthRequest::About::kLoads);
  EXPECT_EQ(queries_.asked_health.filter.contract, "visits");
  EXPECT_EQ(queries_.asked_health.limit, 20);
  EXPECT_EQ(queries_.asked_health.offset, 40);
  EXPECT_EQ(get("/v1/health/dead-letters", {{"reason", "not_json"}}).status, 200);
  EXPECT_EQ(queries_.asked_health.about, HealthRequest::About::kRefusals);
  EXPECT_EQ(queries_.asked_health.filter.reason, "not_json");
  const HttpResponse response = get("/v1/dead-letters", {{"reason", "not_json"}, {"file", "<b>a.csv"}});
  EXPECT_EQ(response.etag, "W/\"health\"");
  EXPECT_EQ(queries_.asked_health.about, HealthRequest::About::kDeadLetters);
  EXPECT_EQ(queries_.asked_health.filter.file, "<b>a.csv");
  EXPECT_EQ(queries_.healths, 3);
  EXPECT_EQ(get("/v1/dead-letters", {}, {{"if-none-match", "W/\"health\""}}).status, 304);
  EXPECT_EQ(queries_.healths, 3);
}

TEST_F(PageApi, RefusesHealthQuestionsThatMakeNoSense) {
  for (const auto& [name, value] : std::vector<NamedText>{{"limit", "101"},
                                                          {"limit", "ten"},
                                                          {"limit", "5 "},
                                                          {"offset", "-1"},
                                                          {"contract", ""},
                                                          {"file", "\xff"},
                                                          {"files", "a"}}) {
    EXPECT_EQ(get("/v1/dead-letters", {{name, value}}).status, 400) << name << '=' << value;
  }
  EXPECT_EQ(get("/v1/health/loads", {{"reason", "not_json"}}).status, 400);
  EXPECT_EQ(queries_.healths, 0);
}

TEST_F(PageApi, BytesOfADeadLetterAreADownloadAndNothingElse) {
  const HttpResponse response = get("/v1/dead-letters/18446744073709551615/payload");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/octet-stream");
  EXPECT_EQ(response.body, std::string("\0\xff<script>", 10));
  EXPECT_EQ(header(response, "Content-Disposition"),
            "attachment; filename=\"dead-letter-18446744073709551615.bin\"");
  EXPECT_EQ(get("/v1/dead-letters/7/payload").status, 404);
  for (const std::string id : {"-1", "seven", "7x", "18446744073709551616"}) {
    EXPECT_EQ(get("/v1/dead-letters/" + id + "/payload").status, 400) << id;
  }
}

TEST_F(PageApi, RunsSqlInTheFormatAskedFor) {
  HttpRequest asked = request("POST", "/v1/sql");
  asked.body = "SELECT 1";
  EXPECT_EQ(router_.respond(asked).body, "[]\n");
  EXPECT_EQ(queries_.asked_sql, "SELECT 1");
  EXPECT_EQ(queries_.asked_format, ResultFormat::kJson);
  asked.query = {{"format", "csv"}};
  EXPECT_TRUE(router_.respond(asked).content_type.starts_with("text/csv"));
  asked.query = {{"format", "table"}};
  EXPECT_EQ(router_.respond(asked).status, 400);
  EXPECT_EQ(router_.respond(request("GET", "/v1/sql")).status, 405);
}

TEST_F(PageApi, SqlAnswersAreBounded) {
  queries_.answer = std::string(1 << 20, 'x');
  queries_.repeats = 17;
  const HttpResponse response = router_.respond(request("POST", "/v1/sql"));
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("16777216 bytes"), std::string::npos);
}

TEST_F(PageApi, SqlErrorsReachTheReader) {
  queries_.error = "no such column";
  EXPECT_NE(router_.respond(request("POST", "/v1/sql")).body.find("no such column"), std::string::npos);
}

TEST_F(PageApi, SlowSqlLeavesRoomForOtherRequests) {
  HttpRequest asked = request("POST", "/v1/sql");
  asked.body = "slow";
  {
    const std::jthread first([&] { EXPECT_EQ(router_.respond(asked).status, 200); });
    const std::jthread second([&] { EXPECT_EQ(router_.respond(asked).status, 200); });
    while (queries_.slow_statements < 2) std::this_thread::yield();
    const HttpResponse refused = router_.respond(asked);
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.body.find("2 SQL statements are running already"), std::string::npos) << refused.body;
    EXPECT_EQ(overview({}).status, 200);
    queries_.release_slow.count_down();
  }
  EXPECT_EQ(router_.respond(asked).status, 200);
}

constexpr EmbeddedAsset kAssets[] = {
    {"app.0123456789ab.js", "text/javascript; charset=utf-8", "\"a\"", true, "script", "gzipped"},
    {"index.html", "text/html; charset=utf-8", "\"i\"", false, "<!doctype html>", "gzipped page"},
};

class PageAssets : public testing::Test {
 protected:
  PageAssets() { add_asset_routes(router_, kAssets); }
  Router router_;
};

TEST_F(PageAssets, AreServedAtTheirNames) {
  EXPECT_EQ(router_.respond(request("GET", "/app.0123456789ab.js")).content(), "script");
  EXPECT_EQ(router_.respond(request("GET", "/index.html")).content(), "<!doctype html>");
  EXPECT_EQ(router_.respond(request("GET", "/")).content(), "<!doctype html>");
  EXPECT_EQ(router_.respond(request("GET", "/health", {{"reason", "not_json"}})).content(),
            "<!doctype html>");
  EXPECT_EQ(router_.respond(request("GET", "/", {{"range", "7d"}, {"whatever", "x"}})).status, 200);
  EXPECT_EQ(router_.respond(request("GET", "/app.js")).status, 404);
  EXPECT_EQ(router_.respond(request("GET", "/../index.html")).status, 404);
}

TEST_F(PageAssets, HashedNamesAreKeptForEverAndThePageIsAskedForAgain) {
  EXPECT_EQ(router_.respond(request("GET", "/app.0123456789ab.js")).cache_control,
            "public, max-age=31536000, immutable");
  const HttpResponse page = router_.respond(request("GET", "/"));
  EXPECT_EQ(page.cache_control, "no-cache");
  EXPECT_EQ(router_.respond(request("GET", "/", {}, {{"if-none-match", page.etag}})).status, 304);
}

TEST_F(PageAssets, AreCompressedForThoseWhoAcceptIt) {
  EXPECT_EQ(router_.respond(request("GET", "/", {}, {{"accept-encoding", "gzip"}})).content(),
            "gzipped page");
}

TEST(EmbeddedPage, IsPartOfTheProgram) {
  const auto assets = embedded_assets();
  const auto page = std::ranges::find(assets, "index.html", &EmbeddedAsset::name);
  ASSERT_NE(page, assets.end());
  EXPECT_TRUE(page->bytes.starts_with("<!doctype html>"));
  EXPECT_FALSE(page->is_hashed);
  for (const EmbeddedAsset& asset : assets) {
    EXPECT_FALSE(asset.bytes.empty()) << asset.name;
    EXPECT_TRUE(asset.gzip_bytes.starts_with("\x1f\x8b")) << asset.name;
    EXPECT_TRUE(asset.is_hashed || asset.name == "index.html") << asset.name;
    const bool named = std::ranges::any_of(assets, [&](const EmbeddedAsset& other) {
      return other.bytes.find(asset.name) != std::string_view::npos;
    });
    EXPECT_TRUE(named || asset.name == "index.html") << "the page does not use " << asset.name;
  }
}

}  // namespace
}  // namespace millrace
