#include "app/input_files.h"

#include <glob.h>

#include <algorithm>
#include <string_view>

#include "app/terminal_text.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;

bool is_loadable_name(fs::path name) {
  if (name.filename().string().starts_with('.')) return false;
  if (name.extension() == ".gz" || name.extension() == ".zst") name = name.stem();
  const std::string extension = name.extension().string();
  return extension == ".jsonl" || extension == ".ndjson" || extension == ".json" || extension == ".csv";
}

Result<std::vector<std::string>> files_below(const fs::path& folder, const std::string& name) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code unreadable;  // a link that leads nowhere, or in a circle
    if (at->is_regular_file(unreadable) && is_loadable_name(at->path())) {
      found.push_back((fs::path(name) / at->path().lexically_relative(folder)).lexically_normal().string());
    }
  }
  if (error) return fail(ErrorCode::kIo, "cannot read the folder " + name + ": " + error.message());
  if (found.empty()) {
    return fail(ErrorCode::kNotFound,
                "no .jsonl, .ndjson, .json or .csv files (plain, .gz or .zst) in the folder " + name);
  }
  std::ranges::sort(found);
  return found;
}

// So that glob() takes every character of it as it is.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("*?[\\").contains(c)) result += '\\';
    result += c;
  }
  return result;
}

std::vector<std::string> paths_matching(const std::string& pattern, const fs::path& from) {
  std::vector<std::string> found;
  glob_t matches{};
  const bool relative = fs::path(pattern).is_relative();
  const std::string whole = relative ? escaped(from.string()) + '/' + pattern : pattern;
  if (::glob(whole.c_str(), 0, nullptr, &matches) == 0) {
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
      const fs::path match = matches.gl_pathv[i];
      found.push_back(relative ? match.lexically_relative(from).string() : match.string());
    }
  }
  ::globfree(&matches);
  return found;
}

// A folder among the matches may hold nothing to load.
Result<std::vector<std::string>> files_matching(const std::string& pattern, const fs::path& from) {
  std::vector<std::string> found;
  for (const std::string& match : paths_matching(pattern, from)) {
    std::error_code unreadable;
    const fs::path place = from / match;
    if (fs::is_regular_file(place, unreadable)) found.push_back(match);
    if (!fs::is_directory(place, unreadable)) continue;
    auto below = files_below(place, match);
    if (!below && below.error().code != ErrorCode::kNotFound) return below;
    if (below) found.insert(found.end(), below->begin(), below->end());
  }
  return found;
}

Result<std::vector<std::string>> files_of(const std::string& path, const fs::path& from) {
  if (path.empty()) {
    return fail(ErrorCode::kInvalidArgument, "an empty path: name a file, a folder, a glob or -");
  }
  if (path == "-") return std::vector<std::string>{path};
  std::error_code error;
  const fs::path place = from / path;
  if (fs::is_directory(place, error)) return files_below(place, path);
  if (fs::exists(place, error)) return std::vector<std::string>{path};
  MILLRACE_ASSIGN(std::vector<std::string> found, files_matching(path, from));
  if (found.empty()) return fail(ErrorCode::kNotFound, "there is no file, folder or match for " + path);
  return found;
}

}  // namespace

Result<std::vector<InputFile>> find_input_files(const std::vector<std::string>& paths, const fs::path& from) {
  std::vector<InputFile> files;
  for (const std::string& path : paths) {
    MILLRACE_ASSIGN(const std::vector<std::string> names, files_of(path, from));
    for (const std::string& name : names) {
      files.push_back({name, name == "-" ? name : (from / name).string()});
    }
  }
  return files;
}

std::vector<FileFailure> take_misnamed(std::vector<InputFile>& files) {
  std::vector<FileFailure> misnamed;
  std::erase_if(files, [&misnamed](const InputFile& file) {
    if (is_utf8(file.name)) return false;
    misnamed.push_back(
        {terminal_text(file.name), {ErrorCode::kIo, "its name is not UTF-8; rename the file"}});
    return true;
  });
  return misnamed;
}

}  // namespace millrace
