#include "base/crash_file_system.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace millrace {
namespace {

constexpr std::uint64_t kSeeds = 300;

class CrashFileSystemTest : public testing::Test {
 protected:
  CrashFileSystemTest() {
    EXPECT_TRUE(files_.make_folder("/f"));
    EXPECT_TRUE(files_.sync_folder("/"));
  }

  std::unique_ptr<File> make(const std::string& path, std::string_view bytes) {
    auto file = files_.open(path, OpenMode::kCreate);
    EXPECT_TRUE(file.has_value());
    write(**file, 0, bytes);
    return std::move(*file);
  }

  static void write(File& file, std::uint64_t position, std::string_view bytes) {
    EXPECT_TRUE(file.write_at(position, std::vector<std::string_view>{bytes}));
  }

  // What the file holds after a crash; "-" when it is not there.
  std::string after_crash(const std::string& path, std::uint64_t seed) const {
    return files_.crash(seed)->read_file(path, 1 << 20).value_or("-");
  }

  std::set<std::string> outcomes(const std::string& path) const {
    std::set<std::string> found;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) found.insert(after_crash(path, seed));
    return found;
  }

  CrashFileSystem files_;
};

TEST_F(CrashFileSystemTest, WhatIsSyncedIsAlwaysThere) {
  const auto file = make("/f/a", "text");
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f"));
  EXPECT_EQ(outcomes("/f/a"), std::set<std::string>{"text"});
}

TEST_F(CrashFileSystemTest, NameWithoutASyncOfItsFolderMayBeGone) {
  const auto file = make("/f/a", "text");
  ASSERT_TRUE(file->sync_data());
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"-", "text"}));
}

TEST_F(CrashFileSystemTest, BytesThatAreNotSyncedMayBeGoneOrZeros) {
  const auto file = make("/f/a", "text");
  ASSERT_TRUE(files_.sync_folder("/f"));
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"", "text", std::string(4, '\0')}));
}

TEST_F(CrashFileSystemTest, SectorsAreWrittenWholeAndIndependently) {
  const std::string before(2'048, 'a');
  const auto file = make("/f/a", before);
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f"));
  write(*file, 0, std::string(2'048, 'b'));
  std::set<std::string> shapes;
  for (const std::string& content : outcomes("/f/a")) {
    std::string shape;
    for (std::size_t at = 0; at < content.size(); at += 512) {
      EXPECT_EQ(content.substr(at, 512), std::string(512, content[at]));
      shape += content[at];
    }
    shapes.insert(shape);
  }
  EXPECT_EQ(shapes.size(), 16U);
}

TEST_F(CrashFileSystemTest, LaterWriteOfASectorNeverComesWithoutTheEarlierOne) {
  const auto file = make("/f/a", "--");
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f"));
  write(*file, 0, "1");
  write(*file, 1, "2");
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"--", "1-", "12"}));
}

TEST_F(CrashFileSystemTest, TruncationMayBeUndone) {
  const auto file = make("/f/a", "text");
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f"));
  ASSERT_TRUE(file->truncate(2));
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"te", "text"}));
}

TEST_F(CrashFileSystemTest, RenameHappensOrNot) {
  const auto old_file = make("/f/a", "old");
  const auto new_file = make("/f/a.tmp", "new");
  ASSERT_TRUE(old_file->sync_data() && new_file->sync_data() && files_.sync_folder("/f"));
  ASSERT_TRUE(files_.rename("/f/a.tmp", "/f/a"));
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"old", "new"}));
  ASSERT_TRUE(files_.sync_folder("/f"));
  EXPECT_EQ(outcomes("/f/a"), std::set<std::string>{"new"});
  EXPECT_EQ(outcomes("/f/a.tmp"), std::set<std::string>{"-"});
}

TEST_F(CrashFileSystemTest, RenameOfAFileThatIsNotSyncedMayLeaveItEmpty) {
  const auto file = make("/f/a.tmp", "new");
  ASSERT_TRUE(files_.rename("/f/a.tmp", "/f/a") && files_.sync_folder("/f"));
  EXPECT_TRUE(outcomes("/f/a").contains(""));
}

TEST_F(CrashFileSystemTest, RemovedFileMayBeBack) {
  const auto file = make("/f/a", "text");
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f"));
  ASSERT_TRUE(files_.remove("/f/a"));
  EXPECT_EQ(outcomes("/f/a"), (std::set<std::string>{"-", "text"}));
}

TEST_F(CrashFileSystemTest, FolderThatIsNotSyncedMayBeGoneWithAllInIt) {
  ASSERT_TRUE(files_.make_folder("/f/in"));
  const auto file = make("/f/in/a", "text");
  ASSERT_TRUE(file->sync_data() && files_.sync_folder("/f/in"));
  EXPECT_EQ(outcomes("/f/in/a"), (std::set<std::string>{"-", "text"}));
}

TEST_F(CrashFileSystemTest, SameSeedGivesTheSameRest) {
  const auto file = make("/f/a", std::string(10'000, 'x'));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(after_crash("/f/a", seed), after_crash("/f/a", seed));
  }
}

TEST_F(CrashFileSystemTest, CrashLeavesTheRunningSystemUnharmed) {
  const auto file = make("/f/a", "text");
  (void)files_.crash(1);
  EXPECT_EQ(files_.read_file("/f/a", 10), "text");
}

TEST_F(CrashFileSystemTest, StoppedSystemChangesNothingUntilItGoesOn) {
  const auto file = make("/f/a", "text");
  files_.stop_after(1);
  EXPECT_TRUE(file->sync_data());
  EXPECT_TRUE(files_.is_stopped());
  EXPECT_FALSE(file->write_at(0, std::vector<std::string_view>{"x"}));
  EXPECT_FALSE(files_.sync_folder("/f"));
  EXPECT_FALSE(files_.remove("/f/a"));
  files_.go_on();
  EXPECT_EQ(files_.read_file("/f/a", 10), "text");
  EXPECT_TRUE(files_.sync_folder("/f"));
}

}  // namespace
}  // namespace millrace
