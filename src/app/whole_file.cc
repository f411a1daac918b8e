#include "app/whole_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

namespace millrace {

Result<WholeFile> WholeFile::create(const std::filesystem::path& path) {
  const std::filesystem::path partial = path.parent_path() / ("." + path.filename().string() + ".partial");
  FileDescriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open()) return fail_errno("cannot write " + path.string(), errno);
  return WholeFile(path, partial, std::move(file));
}

WholeFile::~WholeFile() {
  if (file_.is_open()) std::remove(partial_.c_str());
}

Status WholeFile::write(std::string_view bytes) {
  if (const Status status = write_all(file_.get(), bytes); !status) {
    return std::unexpected(status.error().in(path_.string()));
  }
  return {};
}

Status WholeFile::finish() {
  if (::rename(partial_.c_str(), path_.c_str()) != 0) {
    return fail_errno("cannot write " + path_.string(), errno);
  }
  file_.reset();
  return {};
}

}  // namespace millrace
