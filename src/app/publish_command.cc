#include "app/publish_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/key_field.h"
#include "app/number_text.h"
#include "app/record_reader.h"
#include "base/check.h"
#include "base/json_string.h"
#include "base/limits.h"
#include "event/contract.h"

namespace millrace {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRetryPeriod{20};
constexpr std::chrono::milliseconds kProgressPeriod{200};
constexpr std::size_t kToldRefusalsMax = 20;

struct PublishSummary {
  std::uint64_t published = 0;  // acknowledged
  std::uint64_t bytes = 0;      // of their payloads
  std::uint64_t unsettled = 0;  // sent, and answered by an error: some may be stored
  std::uint64_t refused = 0;
  std::uint64_t keyless = 0;  // lines that a key was looked for in and not found
  bool stopped = false;
  double seconds = 0;
};

// Records that are appended together, with their bytes.
class PublishBatch {
 public:
  void add(std::string_view payload, std::string_view key) {
    lengths_.push_back({payload.size(), key.size()});
    bytes_ += payload;
    bytes_ += key;
    payload_bytes_ += payload.size();
  }

  bool is_full() const {
    return lengths_.size() >= kPublishBatchRecords || bytes_.size() >= kPublishBatchSize;
  }
  std::size_t size() const { return lengths_.size(); }
  std::uint64_t payload_bytes() const { return payload_bytes_; }

  std::vector<NewRecord> records(const std::vector<Attribute>& attributes) const {
    std::vector<NewRecord> records;
    records.reserve(lengths_.size());
    std::string_view rest = bytes_;
    for (const Lengths& lengths : lengths_) {
      const std::string_view payload = rest.substr(0, lengths.payload);
      const std::string_view key = rest.substr(lengths.payload, lengths.key);
      records.push_back({key, payload, attributes});
      rest.remove_prefix(lengths.payload + lengths.key);
    }
    return records;
  }

  void clear() {
    bytes_.clear();
    lengths_.clear();
    payload_bytes_ = 0;
  }

 private:
  struct Lengths {
    std::size_t payload;
    std::size_t key;
  };
  std::string bytes_;
  std::vector<Lengths> lengths_;
  std::uint64_t payload_bytes_ = 0;
};

// The appends that are not answered yet. Thread-safe; outlives them, because its destructor waits.
class UnansweredAppends {
 public:
  UnansweredAppends() = default;
  ~UnansweredAppends() { wait_for_all(); }
  UnansweredAppends(const UnansweredAppends&) = delete;
  UnansweredAppends& operator=(const UnansweredAppends&) = delete;

  // Waits until there are few enough for one more.
  void begin() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return count_ < kPublishBatchesMax; });
    ++count_;
  }
  void withdraw() {
    const std::lock_guard lock(mutex_);
    --count_;
  }
  void answer(const Result<std::vector<Position>>& answer, std::uint64_t records, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    --count_;
    if (answer) {
      published_ += records;
      bytes_ += bytes;
    } else {
      unsettled_ += records;
      if (!error_) error_ = answer.error();
    }
    answered_.notify_all();  // under the lock: the waiting thread may end this object
  }
  void wait_for_all() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return count_ == 0; });
  }

  Status error() const {
    const std::lock_guard lock(mutex_);
    return error_ ? Status(std::unexpected(*error_)) : Status();
  }
  void count_into(PublishSummary& summary) const {
    const std::lock_guard lock(mutex_);
    summary.published = published_;
    summary.bytes = bytes_;
    summary.unsettled = unsettled_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t count_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t unsettled_ = 0;
  std::optional<Error> error_;
};

class Publishing {
 public:
  Publishing(const PublishOptions& options, TopicLog& log, Session& session)
      : options_(options), log_(log), session_(session) {
    for (const auto& [name, value] : options.attributes) attributes_.emplace_back(name, value);
    if (!options.key_field.empty()) key_field_.emplace(options.key_field);
  }

  // An error ends it; what is acknowledged by then is in the summary.
  Status publish_lines() {
    MILLRACE_ASSIGN(FileDescriptor file, open_input());
    MILLRACE_ASSIGN(auto stream, open_byte_stream(std::move(file), session_.stop()));
    RecordReader reader(std::move(stream), [this] { return send(); });
    const Contract lines;
    for (;;) {
      MILLRACE_ASSIGN(const auto record, reader.next(lines));
      if (!record) break;
      add_line(*record);
      if (batch_.is_full()) MILLRACE_TRY(send());
      if (session_.stop().stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
    }
    return send();
  }

  Status publish_whole() {
    MILLRACE_ASSIGN(const FileDescriptor file, open_input());
    std::string payload(kRecordSizeMax + 1, '\0');
    std::size_t size = 0;
    for (;;) {
      MILLRACE_ASSIGN(const std::size_t count, read_some(file.get(), std::span(payload).subspan(size)));
      if (count == 0) break;
      size += count;
      if (size > kRecordSizeMax) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("{} has more than {} bytes, and a record may not", options_.file,
                                with_commas(kRecordSizeMax)));
      }
    }
    batch_.add(std::string_view(payload).substr(0, size), options_.key);
    return send();
  }

  PublishSummary finish() {
    unanswered_.wait_for_all();
    if (has_drawn_) session_.say("\r\x1b[K");
    unanswered_.count_into(summary_);
    summary_.stopped = session_.stop().stop_requested();
    summary_.seconds = std::chrono::duration<double>(steady_clock::now() - start_).count();
    return summary_;
  }
  Status error() const { return unanswered_.error(); }

 private:
  Result<FileDescriptor> open_input() const {
    if (options_.file != "-") return open_for_reading((session_.folder() / options_.file).string());
    FileDescriptor in(::dup(session_.in()));
    if (!in.is_open()) return fail_errno("cannot read standard input", errno);
    return in;
  }

  void add_line(const FileRecord& record) {
    std::string_view key = options_.key;
    if (key_field_ && !record.is_cut) {
      const auto found = key_field_->read(record.bytes);
      if (!found) ++summary_.keyless;
      key = found.value_or("");
    }
    const Status sound = record.is_cut
                             ? Status(fail(ErrorCode::kInvalidArgument,
                                           fmt::format("it has more than {} bytes", kRecordSizeMax)))
                             : check_record({key, record.bytes, attributes_});
    if (sound) {
      batch_.add(record.bytes, key);
      return;
    }
    if (++summary_.refused <= kToldRefusalsMax) {
      session_.say("{}line {} is not published: {}\n", has_drawn_ ? "\r\x1b[K" : "", record.line,
                   sound.error().message);
    }
  }

  Status send() {
    if (batch_.size() == 0) return unanswered_.error();
    unanswered_.begin();
    const auto records = batch_.records(attributes_);
    const Status taken = append(records);
    if (!taken) unanswered_.withdraw();
    batch_.clear();
    draw();
    MILLRACE_TRY(taken);
    return unanswered_.error();
  }

  // Tries again while too much is waiting for the disk.
  Status append(std::span<const NewRecord> records) {
    for (;;) {
      Status taken = log_.append(
          options_.topic, records,
          [this, count = records.size(), bytes = batch_.payload_bytes()](
              Result<std::vector<Position>> answer) { unanswered_.answer(answer, count, bytes); });
      if (taken || taken.error().code != ErrorCode::kUnavailable) return taken;
      MILLRACE_TRY(log_.health());
      if (session_.stop().stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
      std::this_thread::sleep_for(kRetryPeriod);
    }
  }

  void draw() {
    const auto now = steady_clock::now();
    if (!session_.err_is_terminal() || now - drawn_at_ < kProgressPeriod) return;
    drawn_at_ = now;
    has_drawn_ = true;
    unanswered_.count_into(summary_);
    const double seconds = std::chrono::duration<double>(now - start_).count();
    session_.say("\r\x1b[K{} records published, {}/s, {:.1f} MB/s", with_commas(summary_.published),
                 with_commas(static_cast<std::uint64_t>(static_cast<double>(summary_.published) / seconds)),
                 static_cast<double>(summary_.bytes) / seconds / 1e6);
  }

  const PublishOptions& options_;
  TopicLog& log_;
  Session& session_;
  std::vector<Attribute> attributes_;
  std::optional<KeyField> key_field_;
  PublishBatch batch_;
  PublishSummary summary_;
  const steady_clock::time_point start_ = steady_clock::now();
  steady_clock::time_point drawn_at_ = start_;
  bool has_drawn_ = false;
  UnansweredAppends unanswered_;  // last: waits for answers, which come to it
};

std::string summary_json(const std::string& topic, const PublishSummary& summary) {
  return fmt::format(
             R"({{"topic":{},"published":{},"refused":{},"without_key":{},"bytes":{},"seconds":{:.3f},"stopped":{}}})",
             json_quoted(topic), summary.published, summary.refused, summary.keyless, summary.bytes,
             summary.seconds, summary.stopped) +
         "\n";
}

std::string summary_text(const std::string& topic, const PublishSummary& summary) {
  std::string text =
      fmt::format("published {} record{} to {}, {} in {:.2f} s", with_commas(summary.published),
                  summary.published == 1 ? "" : "s", topic, size_text(summary.bytes), summary.seconds);
  if (summary.refused > 0) text += fmt::format("; {} refused", with_commas(summary.refused));
  return text + "\n";
}

void tell(const PublishOptions& options, const PublishSummary& summary, Session& session) {
  if (summary.refused > kToldRefusalsMax) {
    session.say("{} more lines are not published.\n", with_commas(summary.refused - kToldRefusalsMax));
  }
  if (summary.keyless > 0) {
    session.say("{} records have no {} and were published without a key.\n", with_commas(summary.keyless),
                options.key_field);
  }
  if (summary.unsettled > 0) {
    session.say("{} records were sent and not acknowledged: some of them may be stored.\n",
                with_commas(summary.unsettled));
  }
  if (summary.stopped) {
    session.say("Stopped. {} records are acknowledged; what is behind them was not sent.\n",
                with_commas(summary.published));
  }
}

}  // namespace

Result<int> publish(const PublishOptions& options, TopicLog& log, Session& session) {
  Publishing publishing(options, log, session);
  Status ended = options.whole ? publishing.publish_whole() : publishing.publish_lines();
  const PublishSummary summary = publishing.finish();
  if (ended) ended = publishing.error();
  const bool is_stopped = summary.stopped && (ended || ended.error().code == ErrorCode::kCancelled);
  MILLRACE_TRY(session.write(options.json ? summary_json(options.topic, summary)
                                          : summary_text(options.topic, summary)));
  tell(options, summary, session);
  if (is_stopped) return kExitInterrupted;
  MILLRACE_TRY(ended);
  return summary.refused > 0 ? kExitPartial : kExitOk;
}

}  // namespace millrace
