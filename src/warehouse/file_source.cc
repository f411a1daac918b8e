#include "warehouse/file_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::uint64_t count_lines(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
}

// Splits a chunk into records, without their line ends (\n or \r\n); blank lines are none.
void split_lines(RecordBatch& batch, std::string_view chunk, std::uint64_t first_line,
                 Timestamp received_at) {
  batch.records.clear();
  std::int64_t line = static_cast<std::int64_t>(first_line);
  while (!chunk.empty()) {
    const std::size_t newline = chunk.find('\n');
    std::string_view record = chunk.substr(0, newline);
    chunk.remove_prefix(newline == std::string_view::npos ? chunk.size() : newline + 1);
    if (record.ends_with('\r')) record.remove_suffix(1);
    if (!is_blank_record(record)) {
      batch.records.push_back({.bytes = record,
                               .size = record.size(),
                               .provenance = {.topic = kVisitContract,
                                              .partition = std::nullopt,
                                              .offset = std::nullopt,
                                              .file = batch.label,
                                              .line = line,
                                              .received_at = received_at}});
    }
    ++line;
  }
}

}  // namespace

// A file being read. `window` holds bytes that are read but not handed out: at most one chunk.
struct FileSource::OpenFile {
  std::string name;
  std::unique_ptr<ByteStream> stream;
  std::vector<char> window;
  std::size_t size = 0;                 // bytes in the window
  bool at_end = false;                  // the stream has no more
  std::uint64_t position = 0;           // of the window's first byte
  std::uint64_t line = 1;               // number of the line that starts there
  StreamHash hash;                      // of all bytes before the window
  bool has_news = false;                // something was handed out
  std::uint64_t load_id = 0;            // 0 until something new was found
  std::optional<LoadStart> load_start;  // of a new load, until its first batch is handed out
  std::uint64_t resumed_load_id = 0;    // of chunks that an earlier, stopped load stored

  std::string_view bytes() const { return {window.data(), size}; }

  // Accounts for bytes that leave the front of the window.
  void pass(std::string_view front) {
    hash.update(front);
    line += count_lines(front);
    position += front.size();
    size -= front.size();
  }

  void skip(std::size_t count) {
    pass(bytes().substr(0, count));
    std::memmove(window.data(), window.data() + count, size);
  }

  // Gives the window's memory away with its first `count` bytes; the rest moves to the memory that comes in
  // return.
  void hand_out(std::size_t count, std::vector<char>& buffer) {
    std::swap(window, buffer);
    pass({buffer.data(), count});
    std::memcpy(window.data(), buffer.data() + count, size);
    has_news = true;
  }
};

FileSource::FileSource(std::vector<InputFile> files, int standard_input, FileSourceOptions options,
                       Timestamp now, Ledger& ledger)
    : files_(std::move(files)),
      standard_input_(standard_input),
      options_(options),
      now_(now),
      ledger_(ledger) {}

FileSource::~FileSource() = default;

Result<bool> FileSource::next(RecordBatch& batch) {
  batch.buffer.resize(kChunkSize + VisitDecoder::kPadding);
  batch.records.clear();
  std::uint64_t first_line = 0;
  {
    const std::lock_guard lock(mutex_);
    MILLRACE_ASSIGN(const bool found, next_chunk(batch));
    if (!found) return false;
    first_line = batch.first_line;
  }
  if (batch.records.empty()) {
    std::string_view chunk(batch.buffer.data(), batch.input_bytes);
    if (batch.progress.from == 0 && chunk.starts_with(kByteOrderMark))
      chunk.remove_prefix(kByteOrderMark.size());
    split_lines(batch, chunk, first_line, now_);
  }
  return true;
}

// A file that cannot be read is noted, and the next one is taken: one bad file does not hold up the others.
Result<bool> FileSource::next_chunk(RecordBatch& batch) {
  for (;;) {
    if (file_ == nullptr) {
      if (next_file_ == files_.size()) return false;
      if (const Status opened = open_next_file(); !opened) {
        if (opened.error().code == ErrorCode::kCancelled) return end();
        failures_.push_back({files_[next_file_ - 1].name, opened.error()});
        spare_window_ = std::move(file_->window);
        file_.reset();
        continue;
      }
    }
    bool found = false;
    const Status read = read_chunk(*file_, batch, found);
    file_bytes_read_ = file_bytes_done_ + file_->stream->file_position();
    if (read && found) return true;
    if (!read && read.error().code == ErrorCode::kCancelled) return end();
    if (!read) {
      failures_.push_back({file_->name, read.error()});
    } else {
      finish(*file_);
    }
    file_bytes_done_ += file_->stream->file_position();
    spare_window_ = std::move(file_->window);
    file_.reset();
  }
}

// Stopped: nothing more comes from any file.
bool FileSource::end() {
  file_.reset();
  next_file_ = files_.size();
  return false;
}

Status FileSource::open_next_file() {
  const InputFile& input = files_[next_file_++];
  file_ = std::make_unique<OpenFile>();
  file_->name = input.name;
  file_->window = std::move(spare_window_);
  file_->window.resize(kChunkSize + VisitDecoder::kPadding);
  FileDescriptor fd;
  if (input.path == "-") {
    fd = FileDescriptor(::dup(standard_input_));
    if (!fd.is_open()) return fail_errno("cannot read standard input", errno);
  } else {
    MILLRACE_ASSIGN(fd, open_for_reading(input.path));
  }
  MILLRACE_ASSIGN(file_->stream, open_byte_stream(std::move(fd), options_.stop));
  return {};
}

Status FileSource::read_chunk(OpenFile& file, RecordBatch& batch, bool& found) {
  while (!found) {
    MILLRACE_TRY(fill(file));
    if (!options_.again) MILLRACE_TRY(skip_known(file));
    if (file.size == 0) return {};
    MILLRACE_TRY(take_chunk(file, batch, found));
  }
  return {};
}

Status FileSource::fill(OpenFile& file) {
  if (file.at_end || file.size == kChunkSize) return {};
  const std::span<char> room = std::span(file.window).subspan(file.size, kChunkSize - file.size);
  MILLRACE_ASSIGN(const std::size_t count, file.stream->read(room));
  file.at_end = count < room.size();
  file.size += count;
  return {};
}

// Skips the chunks at the front of the window that the ledger knows.
Status FileSource::skip_known(OpenFile& file) {
  for (;;) {
    const KnownChunk* longest = nullptr;
    const std::vector<KnownChunk> known = ledger_.chunks_at(file.position, to_hex(file.hash.digest()));
    StreamHash hash = file.hash;
    std::size_t hashed = 0;
    for (const KnownChunk& chunk : known) {
      const std::size_t length = static_cast<std::size_t>(chunk.end - file.position);
      if (length > file.size) break;
      hash.update(file.bytes().substr(hashed, length - hashed));
      hashed = length;
      if (to_hex(hash.digest()) != chunk.checksum) continue;
      // A last line without newline was stored as it stood; it counts only if it has not gone on since.
      const std::string_view rest = file.bytes().substr(length);
      const bool line_ended = rest.empty() ? file.at_end : rest.starts_with('\n') || rest.starts_with("\r\n");
      if (chunk.unterminated && !line_ended) continue;
      longest = &chunk;
    }
    if (longest == nullptr) return {};
    resume(file, longest->load_id);
    file.skip(static_cast<std::size_t>(longest->end - file.position));
    MILLRACE_TRY(fill(file));
  }
}

void FileSource::resume(OpenFile& file, std::uint64_t load_id) {
  if (file.resumed_load_id == 0 && ledger_.resume(load_id)) file.resumed_load_id = load_id;
}

// Up to the last newline in the window; what stands behind it at the end of the file is a chunk of its own,
// because it may be the first half of a line that is still being written.
Status FileSource::take_chunk(OpenFile& file, RecordBatch& batch, bool& found) {
  const std::size_t last_newline = file.bytes().rfind('\n');
  if (last_newline == std::string_view::npos && !file.at_end) return take_oversized_line(file, batch, found);

  const bool unterminated = last_newline == std::string_view::npos;
  const std::size_t length = unterminated ? file.size : last_newline + 1;
  batch.input_bytes = length;
  batch.first_line = file.line;
  const std::uint64_t from = file.position;
  const std::string checksum_before = to_hex(file.hash.digest());
  begin_load(file, from);
  file.hand_out(length, batch.buffer);
  std::memset(batch.buffer.data() + length, ' ', VisitDecoder::kPadding);
  describe(file, batch, from, checksum_before, unterminated);
  found = true;
  return {};
}

// A line longer than the window: its first bytes are handed out as one record, the rest is read past. Only
// behind it can be told whether it is known.
Status FileSource::take_oversized_line(OpenFile& file, RecordBatch& batch, bool& found) {
  const std::uint64_t from = file.position;
  const std::string checksum_before = to_hex(file.hash.digest());
  const std::uint64_t line = file.line;
  std::memcpy(batch.buffer.data(), file.window.data(), kDeadLetterPayloadMax);
  MILLRACE_TRY(skip_to_newline(file));
  const std::uint64_t size = file.position - from;
  if (is_known(file, from, checksum_before)) return {};
  const bool unterminated = file.size == 0;
  if (!unterminated) {
    file.skip(1);
    if (is_known(file, from, checksum_before)) return {};
  }
  begin_load(file, from);
  describe(file, batch, from, checksum_before, unterminated);
  file.has_news = true;
  found = true;
  batch.input_bytes = file.position - from;
  batch.records.push_back({.bytes = {batch.buffer.data(), kDeadLetterPayloadMax},
                           .size = size,
                           .provenance = {.topic = kVisitContract,
                                          .partition = std::nullopt,
                                          .offset = std::nullopt,
                                          .file = batch.label,
                                          .line = static_cast<std::int64_t>(line),
                                          .received_at = now_}});
  return {};
}

// The window then starts with a newline, or is empty at the end of the file.
Status FileSource::skip_to_newline(OpenFile& file) {
  while (file.size > 0 && file.window.front() != '\n') {
    const std::size_t newline = file.bytes().find('\n');
    file.skip(newline == std::string_view::npos ? file.size : newline);
    MILLRACE_TRY(fill(file));
  }
  return {};
}

// Whether the chunk from `from` to the window's start is stored.
bool FileSource::is_known(OpenFile& file, std::uint64_t from, const std::string& checksum_before) {
  if (options_.again) return false;
  const std::string checksum = to_hex(file.hash.digest());
  for (const KnownChunk& chunk : ledger_.chunks_at(from, checksum_before)) {
    if (chunk.end != file.position || chunk.checksum != checksum) continue;
    resume(file, chunk.load_id);
    return true;
  }
  return false;
}

void FileSource::begin_load(OpenFile& file, std::uint64_t from) {
  if (file.load_id != 0 || options_.dry_run) return;
  file.load_id = file.resumed_load_id != 0 ? file.resumed_load_id : ledger_.new_load_id();
  if (!ledger_.has_row(file.load_id)) file.load_start = LoadStart{file.name, from, now_};
}

void FileSource::describe(OpenFile& file, RecordBatch& batch, std::uint64_t from,
                          const std::string& checksum_before, bool unterminated) {
  std::string checksum = to_hex(file.hash.digest());
  batch.label = file.name;
  const std::string place = fmt::format("{}-{}", from, checksum);
  batch.progress = {.partition = options_.again ? fmt::format("{}#{}", place, file.load_id) : place,
                    .from = from,
                    .to = file.position,
                    .first = true,
                    .load_id = file.load_id,
                    .load_start = std::exchange(file.load_start, std::nullopt),
                    .checksum_before = checksum_before,
                    .checksum = std::move(checksum),
                    .unterminated = unterminated};
  ledger_.add_chunk(from, checksum_before,
                    {batch.progress.to, batch.progress.checksum, unterminated, file.load_id});
}

void FileSource::finish(OpenFile& file) {
  if (!file.has_news && file.position > 0) ++known_files_;
  if (file.load_id == 0) file.load_id = file.resumed_load_id;
  if (file.load_id != 0) {
    finished_.push_back({file.load_id, file.name, to_hex(file.hash.digest()), file.position});
  }
}

}  // namespace millrace
