#include "warehouse/file_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "warehouse/record_layout.h"

namespace millrace {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// In blocks whose count fits into a byte: the compiler then takes as many bytes at once as the machine can.
std::uint64_t count_lines(std::string_view bytes) {
  constexpr std::size_t kBlockSize = 255;
  std::uint64_t lines = 0;
  while (!bytes.empty()) {
    const std::string_view block = bytes.substr(0, kBlockSize);
    std::uint8_t count = 0;
    for (const char c : block) count = static_cast<std::uint8_t>(count + (c == '\n'));
    lines += count;
    bytes.remove_prefix(block.size());
  }
  return lines;
}

std::string_view without_byte_order_mark(std::string_view text, std::uint64_t position) {
  return position == 0 && text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

// The columns of a contract as a header names them.
std::string header_of(const Contract& contract) {
  std::string header;
  for (const ContractProperty& property : contract.properties) {
    if (!header.empty()) header += contract.delimiter;
    header += property.name;
  }
  return header;
}

}  // namespace

// A file being read. `window` holds bytes that are read but not handed out: as many as a chunk usually has,
// or as many as one may have, once a line or a known chunk asks for it.
struct FileSource::OpenFile {
  std::string name;
  const Contract* contract = nullptr;
  std::shared_ptr<ByteStream> stream;
  std::string header;  // CSV: the last one at or before the window; empty: none
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
  std::size_t room() const { return window.size() - kRecordPadding; }
  bool can_widen() const { return !at_end && room() < kChunkSize; }
  void widen() { window.resize(kChunkSize + kRecordPadding); }
  std::string_view records() const { return without_byte_order_mark(bytes(), position); }

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
    buffer.resize(window.size());
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
  batch.records.clear();
  batch.header_line.reset();
  std::uint64_t first_line = 0;
  {
    const std::lock_guard lock(mutex_);
    MILLRACE_ASSIGN(const bool found, next_chunk(batch));
    if (!found) return false;
    first_line = batch.first_line;
  }
  if (batch.records.empty()) {
    const std::string_view chunk =
        without_byte_order_mark({batch.buffer.data(), batch.input_bytes}, batch.progress.from);
    RecordLayout(*batch.contract).split(chunk, first_line, batch);
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
  file_->window.resize(kChunkSizeUsual + kRecordPadding);
  file_->contract = input.contract;
  MILLRACE_ASSIGN(file_->stream, open_input(input, standard_input_, options_.stop));
  return {};
}

Status FileSource::read_chunk(OpenFile& file, RecordBatch& batch, bool& found) {
  while (!found) {
    MILLRACE_TRY(fill(file));
    MILLRACE_TRY(take_header(file));
    if (!reads_known_chunks(file)) MILLRACE_TRY(skip_known(file));
    if (file.size == 0) return {};
    MILLRACE_TRY(take_chunk(file, batch, found));
  }
  return {};
}

Status FileSource::fill(OpenFile& file) {
  if (file.at_end || file.size == file.room()) return {};
  const std::span<char> room = std::span(file.window).subspan(file.size, file.room() - file.size);
  MILLRACE_ASSIGN(const std::size_t count, file.stream->read(room));
  file.at_end = count < room.size();
  file.size += count;
  return {};
}

// A chunk begins with a header line, or goes on under the one before.
Status FileSource::take_header(OpenFile& file) {
  const RecordLayout layout(*file.contract);
  const auto header = layout.header_at_front(file.records(), file.at_end);
  if (header) file.header = header->bytes;
  const bool is_missing = !header && file.position == 0 && file.size > 0 &&
                          file.contract->format == RecordFormat::kCsv &&
                          file.contract->header == HeaderLine::kRequired;
  if (!is_missing) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("its first line does not name the columns of contract {}: expected {}",
                          file.contract->name, header_of(*file.contract)));
}

// Records that are known by their positions are so however often they are read.
bool FileSource::reads_known_chunks(const OpenFile& file) const {
  return options_.again && !file.contract->goes_by_position();
}

// Skips the chunks at the front of the window that the ledger knows.
Status FileSource::skip_known(OpenFile& file) {
  for (;;) {
    const KnownChunk* longest = nullptr;
    const std::vector<KnownChunk> known =
        ledger_.chunks_at(file.contract->name, file.position, to_hex(file.hash.digest()));
    if (!known.empty() && known.back().end - file.position > file.size && file.can_widen()) {
      file.widen();
      MILLRACE_TRY(fill(file));
    }
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
      const bool open = chunk.unterminated && !rest.empty() &&
                        RecordLayout(*file.contract).may_go_on(file.bytes().substr(0, length));
      const bool line_ended = rest.empty() ? file.at_end : rest.starts_with('\n') || rest.starts_with("\r\n");
      if (chunk.unterminated && (!line_ended || open)) continue;
      longest = &chunk;
    }
    if (longest == nullptr) return {};
    resume(file, longest->load_id);
    file.skip(static_cast<std::size_t>(longest->end - file.position));
    MILLRACE_TRY(fill(file));
    MILLRACE_TRY(take_header(file));
  }
}

void FileSource::resume(OpenFile& file, std::uint64_t load_id) {
  if (file.resumed_load_id == 0 && ledger_.resume(load_id)) file.resumed_load_id = load_id;
}

// The whole records in the window; what stands behind them at the end of the file is a chunk of its own,
// because it may be the first half of a line that is still being written.
Status FileSource::take_chunk(OpenFile& file, RecordBatch& batch, bool& found) {
  const std::size_t mark = file.size - file.records().size();
  const std::size_t whole = RecordLayout(*file.contract).whole_records(file.records(), file.at_end);
  if (whole == 0 && file.can_widen()) {
    file.widen();
    return {};
  }
  if (whole == 0 && !file.at_end) return take_oversized_line(file, batch, found);

  const bool unterminated = whole == 0;
  const std::size_t length = unterminated ? file.size : mark + whole;
  batch.input_bytes = length;
  batch.first_line = file.line;
  const std::uint64_t from = file.position;
  const std::string checksum_before = to_hex(file.hash.digest());
  begin_load(file, from);
  file.hand_out(length, batch.buffer);
  std::memset(batch.buffer.data() + length, ' ', kRecordPadding);
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
  batch.buffer.resize(kDeadLetterPayloadMax + kRecordPadding);
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
                           .place = static_cast<std::int64_t>(line)});
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
  if (reads_known_chunks(file)) return false;
  const std::string checksum = to_hex(file.hash.digest());
  for (const KnownChunk& chunk : ledger_.chunks_at(file.contract->name, from, checksum_before)) {
    if (chunk.end != file.position || chunk.checksum != checksum) continue;
    resume(file, chunk.load_id);
    return true;
  }
  return false;
}

void FileSource::begin_load(OpenFile& file, std::uint64_t from) {
  if (file.load_id != 0 || options_.dry_run) return;
  file.load_id = file.resumed_load_id != 0 ? file.resumed_load_id : ledger_.new_load_id();
  if (!ledger_.has_row(file.load_id)) file.load_start = LoadStart{file.contract->name, file.name, from, now_};
}

void FileSource::describe(OpenFile& file, RecordBatch& batch, std::uint64_t from,
                          const std::string& checksum_before, bool unterminated) {
  std::string checksum = to_hex(file.hash.digest());
  batch.topic = file.contract->name;
  batch.partition.reset();
  batch.file = file.name;
  batch.received_at = now_;
  batch.contract = file.contract;
  batch.header = file.header;
  const std::string place = fmt::format("{}/{}-{}", file.contract->name, from, checksum);
  batch.progress = {.partition = reads_known_chunks(file) ? fmt::format("{}#{}", place, file.load_id) : place,
                    .from = from,
                    .to = file.position,
                    .first = true,
                    .load_id = file.load_id,
                    .load_start = std::exchange(file.load_start, std::nullopt),
                    .checksum_before = checksum_before,
                    .checksum = std::move(checksum),
                    .unterminated = unterminated};
  ledger_.add_chunk(file.contract->name, from, checksum_before,
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
