#include "access/token_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/crash_file_system.h"
#include "base/faulty_file_system.h"

namespace millrace {
namespace {

class TokenFile : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(files_.make_folder("/data").has_value());
    ASSERT_TRUE(files_.sync_folder("").has_value());
  }

  std::unique_ptr<TokenStore> open(FileSystem& files) {
    auto store = TokenStore::open(files, clock_, "/data/access");
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return std::move(*store);
  }
  std::unique_ptr<TokenStore> open() { return open(files_); }

  void write(std::string_view text) {
    ASSERT_TRUE(files_.make_folder("/data/access").has_value());
    ASSERT_TRUE(files_.replace_file("/data/access", "tokens", text).has_value());
  }

  ManualClock clock_{Timestamp{1'700'000'000'000'000}};
  CrashFileSystem files_;
};

TEST_F(TokenFile, ATokenIsKnownByItsSecret) {
  const auto store = open();
  EXPECT_TRUE(store->empty());
  const std::string shop = store->create("shop", Role::kIngest).value();
  const std::string boss = store->create("boss", Role::kAdmin).value();
  EXPECT_FALSE(store->empty());
  EXPECT_EQ(store->find(shop)->name, "shop");
  EXPECT_EQ(store->find(shop)->role, Role::kIngest);
  EXPECT_EQ(store->find(boss)->role, Role::kAdmin);
  for (const std::string& wrong :
       {std::string(), std::string("shop"), shop.substr(1), shop + "x", shop + '\0'}) {
    EXPECT_FALSE(store->find(wrong).has_value()) << wrong;
  }
}

TEST_F(TokenFile, SecretsAreLongAndNeverTheSame) {
  const auto store = open();
  std::set<std::string> secrets;
  for (int i = 0; i < 50; ++i) {
    const std::string secret = store->create("t" + std::to_string(i), Role::kViewer).value();
    EXPECT_EQ(secret.size(), 46u);
    EXPECT_TRUE(secret.starts_with("mr_"));
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    secrets.insert(secret);
  }
  EXPECT_EQ(secrets.size(), 50u);
}

TEST_F(TokenFile, ARevokedTokenIsUnknownAtOnce) {
  const auto store = open();
  const std::string secret = store->create("shop", Role::kIngest).value();
  EXPECT_TRUE(store->revoke("shop").has_value());
  EXPECT_FALSE(store->find(secret).has_value());
  EXPECT_TRUE(store->empty());
  EXPECT_EQ(store->revoke("shop").error().code, ErrorCode::kNotFound);
}

TEST_F(TokenFile, ANameIsGivenOnceAndCheckedBeforeIt) {
  const auto store = open();
  EXPECT_TRUE(store->create("shop", Role::kIngest).has_value());
  EXPECT_EQ(store->create("shop", Role::kAdmin).error().code, ErrorCode::kConflict);
  for (const std::string& wrong :
       {std::string(), std::string("Shop"), std::string("a b"), std::string("a\nb"), std::string(".a"),
        std::string("a/b"), std::string(65, 'a')}) {
    EXPECT_EQ(store->create(wrong, Role::kIngest).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
}

TEST_F(TokenFile, TokensOutliveThePower) {
  const auto store = open();
  const std::string secret = store->create("shop", Role::kIngest).value();
  ASSERT_TRUE(store->create("gone", Role::kAdmin).has_value());
  ASSERT_TRUE(store->revoke("gone").has_value());
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto after = files_.crash(seed);
    const auto again = open(*after);
    EXPECT_EQ(again->find(secret)->name, "shop");
    ASSERT_EQ(again->tokens().size(), 1u);
    EXPECT_EQ(again->tokens()[0].created, clock_.now());
  }
}

TEST_F(TokenFile, HoldsNoSecret) {
  const auto store = open();
  const std::string secret = store->create("shop", Role::kIngest).value();
  const std::string text = files_.read_file("/data/access/tokens", 1 << 20).value();
  EXPECT_EQ(text.find(secret.substr(3)), std::string::npos);
  EXPECT_TRUE(text.starts_with("millrace-tokens 1\nshop ingest 2023-11-14T22:13:20Z ")) << text;
}

TEST_F(TokenFile, AChangeThatIsNotStoredIsNone) {
  FaultyFileSystem faulty(files_);
  const auto store = open(faulty);
  const std::string secret = store->create("shop", Role::kIngest).value();
  faulty.limit_space(0);
  EXPECT_EQ(store->create("more", Role::kAdmin).error().code, ErrorCode::kNoSpace);
  EXPECT_FALSE(store->revoke("shop").has_value());
  EXPECT_EQ(store->tokens().size(), 1u);
  EXPECT_TRUE(store->find(secret).has_value());
}

TEST_F(TokenFile, WhatIsNoTokenIsNamedByItsLine) {
  const std::string good = "a ingest 2024-01-01T00:00:00Z " + std::string(64, '0') + "\n";
  const auto refused = [&](const std::string& text) {
    write(text);
    const auto store = TokenStore::open(files_, clock_, "/data/access");
    EXPECT_FALSE(store.has_value()) << text;
    EXPECT_EQ(store.error().code, ErrorCode::kCorrupt);
    return store.error().message;
  };
  EXPECT_TRUE(refused("").starts_with("/data/access/tokens, line 1:"));
  EXPECT_TRUE(refused("millrace-tokens 2\n").starts_with("/data/access/tokens, line 1:"));
  EXPECT_TRUE(
      refused("millrace-tokens 1\n" + good + "b owner 2024-01-01T00:00:00Z " + std::string(64, '0') + "\n")
          .starts_with("/data/access/tokens, line 3:"));
  EXPECT_TRUE(refused("millrace-tokens 1\n" + good.substr(0, good.size() - 1))
                  .starts_with("/data/access/tokens, line 2:"));
  write("millrace-tokens 1\n" + good);
  EXPECT_EQ(open()->tokens().size(), 1u);
}

TEST(TokenFileOnDisk, IsReadableByItsOwnerAlone) {
  std::string folder = (std::filesystem::temp_directory_path() / "millrace-tokens-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  PosixFileSystem files;
  const SystemClock clock;
  const mode_t before = ::umask(022);
  const auto store = TokenStore::open(files, clock, folder + "/access").value();
  ASSERT_TRUE(store->create("shop", Role::kIngest).has_value());
  ::umask(before);
  struct stat found;
  ASSERT_EQ(::stat((folder + "/access/tokens").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat((folder + "/access").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millrace
