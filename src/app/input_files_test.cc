#include "app/input_files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace millrace {
namespace {

namespace fs = std::filesystem;

class InputFilesTest : public testing::Test {
 protected:
  InputFilesTest() {
    std::string pattern = (fs::temp_directory_path() / "millrace-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~InputFilesTest() override { fs::remove_all(folder_); }

  void touch(const std::string& name) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << "{}\n";
  }

  std::vector<std::string> names(const std::vector<std::string>& paths) {
    const auto files = find_input_files(paths, folder_);
    if (!files) return {"error: " + files.error().message};
    std::vector<std::string> result;
    for (const InputFile& file : *files) {
      result.push_back(file.name);
      EXPECT_TRUE(file.path == "-" || fs::path(file.path).is_absolute()) << file.path;
    }
    return result;
  }

  fs::path folder_;
};

using Names = std::vector<std::string>;

TEST_F(InputFilesTest, AFolderStandsForTheLoadableFilesBelowItInOrderOfName) {
  for (const char* name : {"in/b.jsonl", "in/a.ndjson.gz", "in/deep/c.json.zst", "in/.hidden.jsonl",
                           "in/notes.txt", "in/visits.jsonl.bz2", "in/jsonl", "in/d.json"}) {
    touch(name);
  }
  EXPECT_EQ(names({"in"}), (Names{"in/a.ndjson.gz", "in/b.jsonl", "in/d.json", "in/deep/c.json.zst"}));
  EXPECT_EQ(names({"./in/"}), (Names{"in/a.ndjson.gz", "in/b.jsonl", "in/d.json", "in/deep/c.json.zst"}));
}

TEST_F(InputFilesTest, AFileIsTakenUnderWhateverName) {
  touch("notes.txt");
  touch(".hidden");
  EXPECT_EQ(names({"notes.txt", ".hidden", (folder_ / "notes.txt").string()}),
            (Names{"notes.txt", ".hidden", (folder_ / "notes.txt").string()}));
}

TEST_F(InputFilesTest, AGlobStandsForTheFilesThatItMatches) {
  touch("a-1.jsonl");
  touch("a-2.txt");
  touch("b.jsonl");
  fs::create_directory(folder_ / "a-folder");
  EXPECT_EQ(names({"a-*"}), (Names{"a-1.jsonl", "a-2.txt"}));
  EXPECT_EQ(names({(folder_ / "*.jsonl").string()}),
            (Names{(folder_ / "a-1.jsonl").string(), (folder_ / "b.jsonl").string()}));
}

TEST_F(InputFilesTest, AFileWhoseNameLooksLikeAGlobIsThatFile) {
  touch("[a].jsonl");
  touch("a.jsonl");
  EXPECT_EQ(names({"[a].jsonl"}), (Names{"[a].jsonl"}));
}

TEST_F(InputFilesTest, AGlobStartsInTheCallersFolderWhateverThatIsCalled) {
  touch("x*[1]?\\/a.jsonl");
  folder_ /= "x*[1]?\\";
  EXPECT_EQ(names({"*.jsonl"}), (Names{"a.jsonl"}));
  folder_ = folder_.parent_path();
}

TEST_F(InputFilesTest, LinksThatLeadNowhereOrInCirclesAreNoFiles) {
  touch("in/a.jsonl");
  fs::create_symlink("gone.jsonl", folder_ / "in/b.jsonl");
  fs::create_symlink("c.jsonl", folder_ / "in/c.jsonl");
  fs::create_symlink("a.jsonl", folder_ / "in/d.jsonl");
  EXPECT_EQ(names({"in"}), (Names{"in/a.jsonl", "in/d.jsonl"}));
  EXPECT_EQ(names({"in/*"}), (Names{"in/a.jsonl", "in/d.jsonl"}));
}

TEST_F(InputFilesTest, WhatIsNotThereIsNamed) {
  fs::create_directory(folder_ / "empty");
  touch("a.jsonl");
  EXPECT_EQ(names({"a.jsonl", "b.jsonl"}), (Names{"error: there is no file, folder or match for b.jsonl"}));
  EXPECT_EQ(names({"*.gz"}), (Names{"error: there is no file, folder or match for *.gz"}));
  EXPECT_NE(names({"empty"})[0].find("in the folder empty"), std::string::npos);
}

TEST_F(InputFilesTest, AGlobThatMatchesFoldersTakesTheLoadableFilesBelowThem) {
  for (const char* name : {"day-1/a.jsonl", "day-1/notes.txt", "day-2/deep/b.jsonl.gz", "day-3.jsonl"})
    touch(name);
  fs::create_directory(folder_ / "day-4");
  EXPECT_EQ(names({"day-*"}), (Names{"day-1/a.jsonl", "day-2/deep/b.jsonl.gz", "day-3.jsonl"}));
  EXPECT_EQ(names({"day-4*"}), (Names{"error: there is no file, folder or match for day-4*"}));
}

TEST_F(InputFilesTest, AnEmptyPathIsRefused) {
  touch("a.jsonl");
  EXPECT_TRUE(names({""})[0].starts_with("error: an empty path: ")) << names({""})[0];
}

TEST_F(InputFilesTest, AFileWhoseNameIsNotUtf8IsTakenOut) {
  touch("in/a\xFF.jsonl");
  touch("in/b.jsonl");
  auto files = find_input_files({"in"}, folder_);
  ASSERT_TRUE(files.has_value());
  const std::vector<FileFailure> misnamed = take_misnamed(*files);
  ASSERT_EQ(misnamed.size(), 1u);
  EXPECT_EQ(misnamed[0].file, "in/a\\xff.jsonl");
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ((*files)[0].name, "in/b.jsonl");
}

TEST_F(InputFilesTest, ADashIsStandardInput) {
  EXPECT_EQ(names({"-"}), (Names{"-"}));
}

}  // namespace
}  // namespace millrace
