// What is promised of every file system, of the system's own and of the doubles.
#include "base/file_system.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/crash_file_system.h"
#include "base/faulty_file_system.h"

namespace millrace {
namespace {

// A file system and a folder in it that is empty at first.
class EmptyFolder {
 public:
  virtual ~EmptyFolder() = default;
  virtual FileSystem& files() = 0;
  virtual std::string path() const = 0;
};

class PosixFolder final : public EmptyFolder {
 public:
  PosixFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "millrace-files-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~PosixFolder() override { std::filesystem::remove_all(path_); }
  FileSystem& files() override { return files_; }
  std::string path() const override { return path_; }

 private:
  PosixFileSystem files_;
  std::string path_;
};

class MemoryFolder final : public EmptyFolder {
 public:
  MemoryFolder() { EXPECT_TRUE(memory_.make_folder("/folder")); }
  FileSystem& files() override { return files_; }
  std::string path() const override { return "/folder"; }

 private:
  CrashFileSystem memory_;
  FaultyFileSystem files_{memory_};
};

using MakeFolder = std::unique_ptr<EmptyFolder> (*)();

class FileSystemTest : public testing::TestWithParam<MakeFolder> {
 protected:
  std::string path(const std::string& name) const { return folder_->path() + "/" + name; }

  void write(const std::string& name, std::string_view bytes) {
    const auto file = files_.open(path(name), OpenMode::kCreate);
    ASSERT_TRUE(file.has_value()) << file.error().message;
    const std::vector<std::string_view> parts = {bytes};
    EXPECT_TRUE((*file)->write_at(0, parts));
  }

  std::string read(const std::string& name) { return files_.read_file(path(name), 1 << 20).value_or("?"); }

  std::unique_ptr<EmptyFolder> folder_ = GetParam()();
  FileSystem& files_ = folder_->files();
};

INSTANTIATE_TEST_SUITE_P(
    , FileSystemTest,
    testing::Values([]() -> std::unique_ptr<EmptyFolder> { return std::make_unique<PosixFolder>(); },
                    []() -> std::unique_ptr<EmptyFolder> { return std::make_unique<MemoryFolder>(); }),
    [](const auto& folder) { return folder.index == 0 ? "Posix" : "Memory"; });

TEST_P(FileSystemTest, PartsAreWrittenBehindEachOther) {
  const auto file = files_.open(path("a"), OpenMode::kCreate);
  ASSERT_TRUE(file.has_value());
  const std::vector<std::string_view> parts = {"", "one", "", "two", ""};
  EXPECT_TRUE((*file)->write_at(0, parts));
  EXPECT_TRUE((*file)->write_at(2, std::vector<std::string_view>{"E"}));
  EXPECT_EQ(read("a"), "onEtwo");
  EXPECT_EQ((*file)->size(), std::uint64_t{6});
}

TEST_P(FileSystemTest, MorePartsThanOneCallTakesAreWritten) {
  const auto file = files_.open(path("a"), OpenMode::kCreate);
  const std::vector<std::string> texts(5'000, "part;");
  const std::vector<std::string_view> parts(texts.begin(), texts.end());
  EXPECT_TRUE((*file)->write_at(0, parts));
  EXPECT_EQ((*file)->size(), std::uint64_t{25'000});
  EXPECT_TRUE(read("a").ends_with("part;part;"));
}

TEST_P(FileSystemTest, ReadingEndsWithTheFile) {
  write("a", "0123456789");
  const auto file = files_.open(path("a"), OpenMode::kRead);
  std::string into(20, '.');
  EXPECT_EQ((*file)->read_at(4, into), std::size_t{6});
  EXPECT_EQ(into.substr(0, 6), "456789");
  EXPECT_EQ((*file)->read_at(10, into), std::size_t{0});
  EXPECT_EQ((*file)->read_at(1'000, into), std::size_t{0});
}

TEST_P(FileSystemTest, WritingBehindTheEndLeavesZeros) {
  const auto file = files_.open(path("a"), OpenMode::kCreate);
  EXPECT_TRUE((*file)->write_at(3, std::vector<std::string_view>{"x"}));
  EXPECT_EQ(read("a"), std::string("\0\0\0x", 4));
}

TEST_P(FileSystemTest, TruncatingCutsAndExtends) {
  write("a", "0123456789");
  const auto file = files_.open(path("a"), OpenMode::kReadWrite);
  EXPECT_TRUE((*file)->truncate(4));
  EXPECT_EQ(read("a"), "0123");
  EXPECT_TRUE((*file)->truncate(6));
  EXPECT_EQ(read("a"), std::string("0123\0\0", 6));
  EXPECT_TRUE((*file)->sync_data());
}

TEST_P(FileSystemTest, FileOpenForReadingCannotBeWritten) {
  write("a", "x");
  const auto file = files_.open(path("a"), OpenMode::kRead);
  EXPECT_EQ((*file)->write_at(0, std::vector<std::string_view>{"y"}).error().code, ErrorCode::kIo);
}

TEST_P(FileSystemTest, WhatIsMissingIsNotFound) {
  EXPECT_EQ(files_.open(path("a"), OpenMode::kRead).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.open(path("a"), OpenMode::kReadWrite).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.open(path("no/a"), OpenMode::kCreate).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.remove(path("a")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.rename(path("a"), path("b")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.list(path("a")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files_.sync_folder(path("a")).error().code, ErrorCode::kNotFound);
}

TEST_P(FileSystemTest, CreatingNeverTakesAFileThatIsThere) {
  write("a", "mine");
  EXPECT_EQ(files_.open(path("a"), OpenMode::kCreate).error().code, ErrorCode::kConflict);
  EXPECT_EQ(read("a"), "mine");
}

TEST_P(FileSystemTest, FolderMayBeThereAlready) {
  EXPECT_TRUE(files_.make_folder(path("in")));
  EXPECT_TRUE(files_.make_folder(path("in")));
  write("file", "x");
  EXPECT_EQ(files_.make_folder(path("file")).error().code, ErrorCode::kConflict);
}

TEST_P(FileSystemTest, ListNamesFilesAndFolders) {
  write("a", "x");
  EXPECT_TRUE(files_.make_folder(path("in")));
  write("in/b", "x");
  auto names = files_.list(folder_->path());
  ASSERT_TRUE(names.has_value());
  std::ranges::sort(*names);
  EXPECT_EQ(*names, (std::vector<std::string>{"a", "in"}));
}

TEST_P(FileSystemTest, RenameReplacesAFile) {
  write("a", "new");
  write("b", "old");
  EXPECT_TRUE(files_.rename(path("a"), path("b")));
  EXPECT_EQ(read("b"), "new");
  EXPECT_EQ(files_.open(path("a"), OpenMode::kRead).error().code, ErrorCode::kNotFound);
}

TEST_P(FileSystemTest, OpenFileOutlivesItsName) {
  write("a", "text");
  const auto file = files_.open(path("a"), OpenMode::kRead);
  EXPECT_TRUE(files_.remove(path("a")));
  std::string into(4, '.');
  EXPECT_EQ((*file)->read_at(0, into), std::size_t{4});
  EXPECT_EQ(into, "text");
}

TEST_P(FileSystemTest, OnlyEmptyFoldersAreRemoved) {
  EXPECT_TRUE(files_.make_folder(path("in")));
  write("in/b", "x");
  EXPECT_FALSE(files_.remove(path("in")));
  EXPECT_TRUE(files_.remove(path("in/b")));
  EXPECT_TRUE(files_.remove(path("in")));
}

TEST_P(FileSystemTest, FileThatIsTooLargeIsNotRead) {
  write("a", "12345");
  EXPECT_EQ(files_.read_file(path("a"), 5), "12345");
  EXPECT_EQ(files_.read_file(path("a"), 4).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(FileSystemTest, WholeFileIsReplacedAndNothingIsLeftBeside) {
  write("a.tmp", "of a process that was killed");
  EXPECT_TRUE(files_.replace_file(folder_->path(), "a", "first"));
  EXPECT_TRUE(files_.replace_file(folder_->path(), "a", "second"));
  EXPECT_EQ(read("a"), "second");
  EXPECT_EQ(files_.list(folder_->path())->size(), 1U);
}

TEST(PosixFileSystem, FilesAndFoldersAreTheirOwnersAlone) {
  PosixFolder folder;
  EXPECT_TRUE(folder.files().make_folder(folder.path() + "/in"));
  const auto file = folder.files().open(folder.path() + "/in/a", OpenMode::kCreate);
  struct stat found;
  ASSERT_EQ(::stat((folder.path() + "/in").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat((folder.path() + "/in/a").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST(PosixFileSystem, LimitOfFileSizesIsLackOfSpace) {
  PosixFolder folder;
  const auto file = folder.files().open(folder.path() + "/a", OpenMode::kCreate);
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4'096, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string bytes(10'000, 'x');
  const Status status = (*file)->write_at(0, std::vector<std::string_view>{bytes});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kNoSpace);
  EXPECT_NE(status.error().message.find("cannot write " + folder.path() + "/a: "), std::string::npos);
}

TEST(PosixFileSystem, FullDeviceIsLackOfSpace) {
  PosixFileSystem files;
  const auto file = files.open("/dev/full", OpenMode::kReadWrite);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->write_at(0, std::vector<std::string_view>{"x"}).error().code, ErrorCode::kNoSpace);
}

TEST(Synced, LackOfSpaceAtASyncIsNotForgiven) {
  EXPECT_TRUE(synced({}));
  EXPECT_EQ(synced(fail(ErrorCode::kNoSpace, "full")).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace millrace
