#include "app/whole_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "warehouse/test_folder.h"

namespace millrace {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST(WholeFile, IsThereOnlyWhenItIsWhole) {
  const TestFolder folder;
  const auto path = std::filesystem::path(folder.file("a"));
  auto file = WholeFile::create(path);
  ASSERT_TRUE(file && file->write("half"));
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(file->write(", whole") && file->finish());
  EXPECT_EQ(text_of(path), "half, whole");
  EXPECT_EQ(files_in(folder.file("")), 1u);
}

TEST(WholeFile, LeavesNothingWhenItIsGivenUp) {
  const TestFolder folder;
  {
    auto file = WholeFile::create(std::filesystem::path(folder.file("a")));
    ASSERT_TRUE(file && file->write("half"));
  }
  EXPECT_EQ(files_in(folder.file("")), 0u);
}

TEST(WholeFile, ReplacesWhatWasThereAtItsEnd) {
  const TestFolder folder;
  const auto path = std::filesystem::path(folder.file("a"));
  std::ofstream(path) << "old";
  auto file = WholeFile::create(path);
  ASSERT_TRUE(file && file->write("new"));
  EXPECT_EQ(text_of(path), "old");
  ASSERT_TRUE(file->finish());
  EXPECT_EQ(text_of(path), "new");
}

TEST(WholeFile, SaysWhichCannotBeWritten) {
  const auto file = WholeFile::create("/nowhere/a");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("/nowhere/a"), std::string::npos);
}

}  // namespace
}  // namespace millrace
