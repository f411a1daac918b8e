// A file that is there whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace millrace {

// Written under a hidden name beside its own, which it gets when it is finished, in the place of one that was
// there; without finish() it is gone. Not thread-safe.
class WholeFile {
 public:
  static Result<WholeFile> create(const std::filesystem::path& path);

  WholeFile(WholeFile&&) = default;
  WholeFile& operator=(WholeFile&&) = default;
  ~WholeFile();

  Status write(std::string_view bytes);
  Status finish();

 private:
  WholeFile(std::filesystem::path path, std::filesystem::path partial, FileDescriptor file)
      : path_(std::move(path)), partial_(std::move(partial)), file_(std::move(file)) {}

  std::filesystem::path path_;
  std::filesystem::path partial_;
  FileDescriptor file_;
};

}  // namespace millrace
