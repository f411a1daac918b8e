// Files as a source: cut into chunks of whole lines, the same chunks whatever the compression, so that the
// ledger knows them again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/source.h"
#include "warehouse/database.h"
#include "warehouse/input_file.h"
#include "warehouse/ledger.h"

namespace millrace {

struct FileSourceOptions {
  bool again = false;    // read what is stored already, too; records that are known are counted as duplicates
  bool dry_run = false;  // leave the ledger as it is
  std::stop_token stop = {};  // ends the source while it waits for a pipe
};

// next() may be called from several threads: chunks are read one after the other, and taken apart side by
// side.
class FileSource final : public Source {
 public:
  // Each file has its contract, which outlives the source. `standard_input` is the descriptor of the file
  // "-".
  FileSource(std::vector<InputFile> files, int standard_input, FileSourceOptions options, Timestamp now,
             Ledger& ledger);
  ~FileSource() override;

  Result<bool> next(RecordBatch& batch) override;

  // Compressed bytes read so far, of all files.
  std::uint64_t file_bytes_read() const { return file_bytes_read_.load(); }

  // After the run. Files that could not be read to the end; what was read before stays.
  const std::vector<FileFailure>& failures() const { return failures_; }
  // Files read to their ends that held something new, those whose load had been stopped before, and how many
  // held nothing new.
  const std::vector<FileFacts>& finished() const { return finished_; }
  std::size_t known_files() const { return known_files_; }

 private:
  struct OpenFile;

  Result<bool> next_chunk(RecordBatch& batch);
  bool end();
  Status open_next_file();
  Status read_chunk(OpenFile& file, RecordBatch& batch, bool& found);
  Status fill(OpenFile& file);
  Status take_header(OpenFile& file);
  Status skip_known(OpenFile& file);
  void resume(OpenFile& file, std::uint64_t load_id);
  Status take_chunk(OpenFile& file, RecordBatch& batch, bool& found);
  Status take_oversized_line(OpenFile& file, RecordBatch& batch, bool& found);
  Status skip_to_newline(OpenFile& file);
  bool reads_known_chunks(const OpenFile& file) const;
  bool is_known(OpenFile& file, std::uint64_t from, const std::string& checksum_before);
  void begin_load(OpenFile& file, std::uint64_t from);
  void describe(OpenFile& file, RecordBatch& batch, std::uint64_t from, const std::string& checksum_before,
                bool unterminated);
  void finish(OpenFile& file);

  const std::vector<InputFile> files_;
  const int standard_input_;
  const FileSourceOptions options_;
  const Timestamp now_;
  Ledger& ledger_;

  std::mutex mutex_;  // guards all below
  std::size_t next_file_ = 0;
  std::unique_ptr<OpenFile> file_;
  std::vector<char> spare_window_;  // memory of the file before, for the next
  std::vector<FileFailure> failures_;
  std::vector<FileFacts> finished_;
  std::size_t known_files_ = 0;
  std::uint64_t file_bytes_done_ = 0;
  std::atomic<std::uint64_t> file_bytes_read_{0};
};

}  // namespace millrace
