#include "log/topic_folders.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/crash_file_system.h"
#include "base/crc32c.h"

namespace millrace {
namespace {

const TopicDescription kOrders{
    "orders", {8, 3'600, 5'000'000, LogCompression::kZstd}, {1'719'824'400'000'000}};
constexpr Timestamp kNow{1'720'000'000'000'000};

class TopicFolder : public testing::Test {
 protected:
  std::vector<TopicDescription> open(FileSystem& files) {
    auto topics = TopicFolders(files, "/log").open(TopicSettings{}, kNow);
    EXPECT_TRUE(topics) << topics.error().message;
    return topics ? *topics : std::vector<TopicDescription>();
  }
  std::vector<std::string> names(FileSystem& files, const std::string& folder = "/log") {
    auto names = files.list(folder).value_or(std::vector<std::string>());
    std::ranges::sort(names);
    return names;
  }
  void write(const std::string& path, std::string_view text) {
    (void)files_.remove(path);
    auto file = files_.open(path, OpenMode::kCreate);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write_at(0, {&text, 1}));
    ASSERT_TRUE((*file)->sync_data());
  }

  CrashFileSystem files_;
  TopicFolders folders_{files_, "/log"};
};

TEST_F(TopicFolder, ItsFileIsReadBackAsItWasWritten) {
  const auto read = parse_topic_file("orders", topic_file_text(kOrders));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kOrders);
}

TEST_F(TopicFolder, ADamagedFileIsToldWhicheverByteItIs) {
  const std::string text = topic_file_text(kOrders);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(parse_topic_file("orders", damaged)) << i;
  }
}

TEST_F(TopicFolder, AFileOfALaterVersionIsRefusedAndNotMended) {
  open(files_);
  ASSERT_TRUE(folders_.create(kOrders));
  std::string later = topic_file_text(kOrders);
  later.replace(later.find("topic 1"), 7, "topic 2");
  later.resize(later.rfind("crc32c"));
  later += fmt::format("crc32c {:08x}\n", crc32c(later));
  write("/log/orders/topic", later);
  const auto topics = folders_.open(TopicSettings{}, kNow);
  ASSERT_FALSE(topics);
  EXPECT_EQ(topics.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(files_.read_file("/log/orders/topic", 1'000), later);
}

TEST_F(TopicFolder, ACreatedTopicSurvivesAPowerCut) {
  open(files_);
  ASSERT_TRUE(folders_.create(kOrders));
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto after = files_.crash(seed);
    EXPECT_EQ(open(*after), std::vector{kOrders}) << seed;
  }
}

TEST_F(TopicFolder, ADeletedTopicDoesNotComeBackAfterAPowerCut) {
  open(files_);
  ASSERT_TRUE(folders_.create(kOrders));
  ASSERT_TRUE(folders_.remove("orders"));
  EXPECT_EQ(names(files_), std::vector<std::string>());
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto after = files_.crash(seed);
    EXPECT_TRUE(open(*after).empty()) << seed;
    EXPECT_EQ(names(*after), std::vector<std::string>()) << seed;
  }
}

TEST_F(TopicFolder, CutAtAnyStepATopicIsMadeOrNot) {
  for (std::uint64_t steps = 0;; ++steps) {
    CrashFileSystem files;
    open(files);
    files.stop_after(steps);
    const bool is_made = TopicFolders(files, "/log").create(kOrders).has_value();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto after = files.crash(seed);
      const auto topics = open(*after);
      EXPECT_TRUE(topics == std::vector{kOrders} || (topics.empty() && !is_made)) << steps << ' ' << seed;
      EXPECT_EQ(names(*after).size(), topics.size()) << steps << ' ' << seed;
    }
    if (is_made) break;
  }
}

TEST_F(TopicFolder, CutAtAnyStepATopicIsRemovedOrThereWithAllItsRecords) {
  for (std::uint64_t steps = 0;; ++steps) {
    CrashFileSystem files;
    open(files);
    TopicFolders folders(files, "/log");
    ASSERT_TRUE(folders.create(kOrders));
    ASSERT_TRUE(files.make_folder("/log/orders/0"));
    ASSERT_TRUE(files.sync_folder("/log/orders"));
    ASSERT_TRUE(files.replace_file("/log/orders/0", "segment", "records"));
    files.stop_after(steps);
    const bool is_removed = folders.remove("orders").has_value();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto after = files.crash(seed);
      const auto topics = open(*after);
      EXPECT_TRUE(topics.empty() || (topics == std::vector{kOrders} && !is_removed)) << steps << ' ' << seed;
      EXPECT_EQ(names(*after).size(), topics.size()) << steps << ' ' << seed;
      const auto records = after->read_file("/log/orders/0/segment", 100);
      EXPECT_EQ(records.value_or(""), topics.empty() ? "" : "records") << steps << ' ' << seed;
    }
    if (!files.is_stopped()) break;
  }
}

TEST_F(TopicFolder, AnUnreadableFolderOfTheSameNameIsNotTakenOver) {
  open(files_);
  ASSERT_TRUE(files_.make_folder("/log/orders"));
  write("/log/orders/mine.txt", "mine");
  const Status made = folders_.create(kOrders);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kConflict);
  EXPECT_EQ(files_.read_file("/log/orders/mine.txt", 10), "mine");
}

TEST_F(TopicFolder, ATopicWithoutASoundFileKeepsItsRecordsUnderDefaultSettings) {
  open(files_);
  ASSERT_TRUE(folders_.create(kOrders));
  for (const char* partition : {"0", "1", "2"}) {
    ASSERT_TRUE(files_.make_folder(std::string("/log/orders/") + partition));
  }
  write("/log/orders/topic", "millrace topic 1\n");
  TopicSettings settings;
  settings.partitions = 3;
  const std::vector mended{TopicDescription{"orders", settings, kNow}};
  EXPECT_EQ(open(files_), mended);
  ASSERT_TRUE(files_.remove("/log/orders/topic"));
  EXPECT_EQ(open(files_), mended);
  EXPECT_EQ(open(files_), mended);  // from its new file
}

TEST_F(TopicFolder, WhatIsNoTopicIsLeftAlone) {
  open(files_);
  ASSERT_TRUE(files_.make_folder("/log/lost+found"));
  ASSERT_TRUE(files_.make_folder("/log/other"));
  write("/log/other/mine.txt", "mine");
  write("/log/readme.txt", "mine");
  EXPECT_TRUE(open(files_).empty());
  EXPECT_EQ(names(files_), (std::vector<std::string>{"lost+found", "other", "readme.txt"}));
}

}  // namespace
}  // namespace millrace
