#include "base/faulty_file_system.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/crash_file_system.h"

namespace millrace {
namespace {

class FaultyFileSystemTest : public testing::Test {
 protected:
  Status write(File& file, std::string_view bytes) {
    return file.write_at(0, std::vector<std::string_view>{bytes});
  }

  CrashFileSystem memory_;
  FaultyFileSystem files_{memory_};
};

TEST_F(FaultyFileSystemTest, NthCallFailsAndNoOther) {
  const auto file = files_.open("/a", OpenMode::kCreate);
  files_.fail_nth(FileOperation::kWrite, 2, ErrorCode::kIo, 3);
  EXPECT_TRUE(write(**file, "......"));
  EXPECT_EQ(write(**file, "abcdef").error().code, ErrorCode::kIo);
  EXPECT_EQ(memory_.read_file("/a", 10), "abc...");
  EXPECT_TRUE(write(**file, "abcdef"));
  EXPECT_EQ(files_.calls(FileOperation::kWrite), 3U);
}

TEST_F(FaultyFileSystemTest, BytesOfAFailedSyncStayLostThoughLaterSyncsSucceed) {
  const auto file = files_.open("/a", OpenMode::kCreate);
  ASSERT_TRUE(files_.sync_folder("/"));
  ASSERT_TRUE(write(**file, "text"));
  files_.fail_nth(FileOperation::kSync, 1);
  EXPECT_FALSE((*file)->sync_data());
  EXPECT_TRUE((*file)->sync_data());
  bool may_be_lost = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    may_be_lost = may_be_lost || memory_.crash(seed)->read_file("/a", 10) != "text";
  }
  EXPECT_TRUE(may_be_lost);
}

TEST_F(FaultyFileSystemTest, FullDiskTakesWhatFitsUntilThereIsSpaceAgain) {
  const auto file = files_.open("/a", OpenMode::kCreate);
  files_.limit_space(4);
  EXPECT_EQ(write(**file, "abcdef").error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(memory_.read_file("/a", 10), "abcd");
  EXPECT_EQ(files_.open("/b", OpenMode::kCreate).error().code, ErrorCode::kNoSpace);
  files_.free_space();
  EXPECT_TRUE(write(**file, "abcdef"));
}

}  // namespace
}  // namespace millrace
