#include "http/authentication.h"

#include <gtest/gtest.h>

#include <array>

#include "base/crash_file_system.h"
#include "base/limits.h"
#include "http/router.h"
#include "http/service_routes.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;

// "user:<secret>" is not needed for the tests of Basic: these are "any:wrong" and "no colon".
constexpr std::string_view kWrongBasic = "Basic YW55Ondyb25n";
constexpr std::string_view kNoColon = "Basic bm8gY29sb24=";

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j > text.size() ? '=' : kDigits[bits >> (18 - 6 * j) & 63];
  }
  return out;
}

HttpRequest request(std::string path, std::string authorization = "") {
  HttpRequest made;
  made.method = "GET";
  made.path = std::move(path);
  made.remote_address = "192.0.2.7";
  if (!authorization.empty()) made.headers = {{"host", "a"}, {"authorization", std::move(authorization)}};
  return made;
}

class Tokens : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(files_.make_folder("/data").has_value());
    store_ = std::move(*TokenStore::open(files_, clock_, "/data/access"));
    for (const Access::Kind kind : {Access::kPublic, Access::kIngest, Access::kRead, Access::kAdmin})
      add(kind);
    router_.require_tokens(*store_, WithoutTokens::kOpen);
  }

  void make_tokens() {
    ingest_ = store_->create("shop", Role::kIngest).value();
    viewer_ = store_->create("page", Role::kViewer).value();
    admin_ = store_->create("boss", Role::kAdmin).value();
  }

  void add(Access access) {
    Route route(access);
    route.method = "GET";
    route.path = "/" + std::string(name(access));
    route.summary = "A test";
    route.cross_site = access.kind() == Access::kIngest;
    route.handler = [this](const HttpRequest& asked) {
      seen_ = asked;
      return HttpResponse{};
    };
    router_.add(std::move(route));
  }

  int status(std::string path, std::string authorization = "") {
    return router_.respond(request(std::move(path), std::move(authorization))).status;
  }

  ManualClock clock_{Timestamp{0}};
  CrashFileSystem files_;
  std::unique_ptr<TokenStore> store_;
  Router router_;
  HttpRequest seen_;
  std::string ingest_;
  std::string viewer_;
  std::string admin_;
};

TEST_F(Tokens, WithoutAnyTokenEverythingIsOpen) {
  for (const std::string path : {"/public", "/ingest", "/read", "/admin"}) {
    EXPECT_EQ(status(path), 200) << path;
    EXPECT_EQ(status(path, "Bearer nonsense"), 200) << path;
  }
}

TEST_F(Tokens, WhereOthersReachItNothingOpensWithTheLastToken) {
  router_.require_tokens(*store_, WithoutTokens::kClosed);
  EXPECT_EQ(status("/public"), 200);
  for (const std::string path : {"/ingest", "/read", "/admin"}) EXPECT_EQ(status(path), 401) << path;
}

TEST_F(Tokens, EachRouteAsksEachIdentityForItsAccess) {
  add_service_routes(router_, {.version = "1", .alive = {}, .ready = {}, .append_metrics = {}});
  make_tokens();
  const std::vector<std::pair<std::string, std::optional<Role>>> known = {
      {ingest_, Role::kIngest}, {viewer_, Role::kViewer}, {admin_, Role::kAdmin}};
  for (const Route& route : router_.routes()) {
    const bool is_public = route.access.kind() == Access::kPublic;
    EXPECT_EQ(status(route.path), is_public ? 200 : 401) << route.path;
    EXPECT_EQ(status(route.path, "Bearer " + ingest_ + "x"), is_public ? 200 : 401) << route.path;
    for (const auto& [secret, role] : known) {
      EXPECT_EQ(status(route.path, "Bearer " + secret), route.access.allows(role) ? 200 : 403)
          << route.path << " as " << name(*role);
    }
  }
}

TEST_F(Tokens, ATokenComesAsBearerOrAsThePasswordOfBasic) {
  make_tokens();
  EXPECT_EQ(status("/read", "Bearer " + viewer_), 200);
  EXPECT_EQ(status("/read", "bearer   " + viewer_), 200);
  EXPECT_EQ(status("/read", "Basic " + base64("any:" + viewer_)), 200);
  EXPECT_EQ(status("/read", "BASIC " + base64(":" + viewer_)), 200);
  for (const std::string& wrong : {viewer_, "Bearer" + viewer_, "Digest " + viewer_, "Basic " + viewer_,
                                   "Basic " + base64(viewer_ + ":"), std::string(kWrongBasic),
                                   std::string(kNoColon), std::string("Basic !"), std::string("Bearer ")}) {
    EXPECT_EQ(status("/read", wrong), 401) << wrong;
  }
}

TEST_F(Tokens, OnlyWhereEventsAreSentToATokenMayStandInTheAddress) {
  make_tokens();
  const auto with = [&](std::string path, std::string token) {
    HttpRequest asked = request(std::move(path));
    asked.query = {{"token", std::move(token)}};
    return router_.respond(asked).status;
  };
  EXPECT_EQ(with("/ingest", ingest_), 200);
  EXPECT_EQ(with("/ingest", viewer_), 403);
  EXPECT_EQ(with("/ingest", "nonsense"), 401);
  EXPECT_EQ(with("/read", viewer_), 401);
  EXPECT_EQ(with("/admin", admin_), 401);
}

TEST_F(Tokens, WhoAnswersKnowsTheNameAndNotTheSecret) {
  make_tokens();
  HttpRequest asked = request("/ingest", "Bearer other");
  asked.query = {{"token", ingest_}};
  ASSERT_EQ(router_.respond(asked).status, 200);
  EXPECT_EQ(seen_.identity->name, "shop");
  EXPECT_TRUE(seen_.query.empty());
  ASSERT_EQ(status("/read", "Bearer " + viewer_), 200);
  EXPECT_EQ(seen_.identity->role, Role::kViewer);
  EXPECT_FALSE(seen_.header("authorization").has_value());
}

TEST_F(Tokens, ARevokedTokenIsRefusedAtOnce) {
  make_tokens();
  ASSERT_EQ(status("/read", "Bearer " + viewer_), 200);
  ASSERT_TRUE(store_->revoke("page").has_value());
  EXPECT_EQ(status("/read", "Bearer " + viewer_), 401);
}

TEST_F(Tokens, PeopleAreAskedForATokenAndVisitorsOfAShopAreNot) {
  make_tokens();
  const auto asks_for_password = [&](std::string path) {
    std::string ways;
    for (const auto& [header, value] : router_.respond(request(std::move(path))).headers) {
      if (header == "WWW-Authenticate") ways += value + "; ";
    }
    return ways;
  };
  EXPECT_EQ(asks_for_password("/read"),
            "Basic realm=\"Millrace\", charset=\"UTF-8\"; Bearer realm=\"Millrace\"; ");
  EXPECT_EQ(asks_for_password("/ingest"), "Bearer realm=\"Millrace\"; ");
}

TEST_F(Tokens, RefusalsHoldNoSecret) {
  make_tokens();
  for (const auto& [path, secret] : {std::pair("/read", ingest_), std::pair("/read", viewer_ + "x")}) {
    const HttpResponse refused = router_.respond(request(path, "Bearer " + secret));
    EXPECT_GE(refused.status, 400);
    EXPECT_EQ(refused.body.find(secret.substr(3, 20)), std::string::npos);
  }
}

TEST_F(Tokens, TooManyWrongOnesAreToldToWaitWhileRightOnesPass) {
  make_tokens();
  for (std::size_t i = 0; i < kFailedLoginsMax; ++i) EXPECT_EQ(status("/read", "Bearer wrong"), 401);
  EXPECT_EQ(status("/read", "Bearer wrong"), 429);
  EXPECT_EQ(status("/read", "Bearer " + viewer_), 200);
}

TEST_F(Tokens, OtherSitesMayAskBeforeTheySend) {
  make_tokens();
  HttpRequest asked = request("/ingest");
  asked.method = "OPTIONS";
  const HttpResponse allowed = router_.respond(asked);
  EXPECT_EQ(allowed.status, 204);
  EXPECT_TRUE(allowed.cross_site);
  asked.path = "/read";
  EXPECT_EQ(router_.respond(asked).status, 405);
}

TEST_F(Tokens, TheDescriptionSaysWhichRolesMay) {
  add_service_routes(router_, {.version = "1", .alive = {}, .ready = {}, .append_metrics = {}});
  const std::string text = router_.respond(request("/openapi.json")).body;
  const auto holds = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  EXPECT_TRUE(holds(R"("/public":{"get":{"summary":"A test","security":[],)"));
  EXPECT_TRUE(holds(
      R"("/read":{"get":{"summary":"A test","security":[{"bearer":["viewer","admin"]},{"basic":["viewer","admin"]}],)"));
  EXPECT_TRUE(holds(R"({"token":["ingest","admin"]})"));
  EXPECT_TRUE(holds(R"("/openapi.json":{"get":)"));
}

TEST(FailedLogins, AreForgivenWithTime) {
  FailedLogins failed;
  const FailedLogins::Time start{};
  for (std::size_t i = 0; i < kFailedLoginsMax; ++i) EXPECT_TRUE(failed.note("a", start));
  EXPECT_FALSE(failed.note("a", start));
  EXPECT_TRUE(failed.note("b", start));
  const auto later = start + std::chrono::seconds(kFailedLoginSeconds);
  EXPECT_TRUE(failed.note("a", later + 1ms));
  EXPECT_FALSE(failed.note("a", later + 1ms));
}

TEST(FailedLogins, RememberABoundedNumberOfAddresses) {
  FailedLogins failed;
  for (std::size_t i = 0; i < 3 * kFailedLoginAddressesMax; ++i)
    EXPECT_TRUE(failed.note(std::to_string(i), FailedLogins::Time{}));
}

}  // namespace
}  // namespace millrace
