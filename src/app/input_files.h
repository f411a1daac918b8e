// From what a person names to the files that are read: files, folders, globs, "-".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "warehouse/file_source.h"

namespace millrace {

// A folder stands for all .jsonl, .ndjson, .json and .csv files below it, plain or with .gz or .zst behind; a
// glob for the files it matches and those below the folders it matches; each in order of name. Relative paths
// start at `from`. An error names what is not there.
Result<std::vector<InputFile>> find_input_files(const std::vector<std::string>& paths,
                                                const std::filesystem::path& from);

// Takes out the files whose names are not UTF-8 and so cannot be stored.
std::vector<FileFailure> take_misnamed(std::vector<InputFile>& files);

}  // namespace millrace
