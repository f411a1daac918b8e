#include "log/topic_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "base/crc32c.h"
#include "base/limits.h"
#include "base/report.h"

namespace millrace {
namespace {

constexpr std::string_view kFile = "topic";
constexpr std::string_view kFirstLine = "millrace topic ";
constexpr int kVersion = 1;

// What the file of a topic is called while the topic is removed.
constexpr std::string_view kRemovedFile = "removed";

template <typename Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view name_of(LogCompression compression) {
  return compression == LogCompression::kZstd ? "zstd" : "none";
}

std::optional<LogCompression> compression_named(std::string_view name) {
  if (name == "none") return LogCompression::kNone;
  if (name == "zstd") return LogCompression::kZstd;
  return std::nullopt;
}

std::map<std::string_view, std::string_view> values_by_name(std::string_view lines) {
  std::map<std::string_view, std::string_view> values;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos) values.emplace(line.substr(0, blank), line.substr(blank + 1));
  }
  return values;
}

}  // namespace

std::string topic_file_text(const TopicDescription& topic) {
  std::string text = fmt::format(
      "{}{}\ncreated_micros {}\npartitions {}\nretention_seconds {}\nretention_bytes {}\ncompression {}\n",
      kFirstLine, kVersion, topic.created.micros, topic.settings.partitions, topic.settings.retention_seconds,
      topic.settings.retention_bytes, name_of(topic.settings.compression));
  text += fmt::format("crc32c {:08x}\n", crc32c(text));
  return text;
}

Result<TopicDescription> parse_topic_file(std::string_view name, std::string_view text) {
  const auto corrupt = [&](std::string_view what) {
    return fail(ErrorCode::kCorrupt, fmt::format("the file of topic {} is damaged: {}", name, what));
  };
  if (!text.starts_with(kFirstLine)) return corrupt("it does not begin as one");
  const auto values = values_by_name(text);
  const auto value = [&](std::string_view key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string_view() : found->second;
  };
  const std::size_t end = text.rfind("crc32c ");
  if (end == std::string_view::npos ||
      number<std::uint32_t>(value("crc32c"), 16) != crc32c(text.substr(0, end))) {
    return corrupt("its checksum is wrong");
  }
  const std::string_view version = text.substr(kFirstLine.size(), text.find('\n') - kFirstLine.size());
  if (number<int>(version) != kVersion) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("topic {} was written by a later version of this program (format {}); use that one", name,
                    version));
  }
  const auto created = number<std::int64_t>(value("created_micros"));
  const auto partitions = number<std::uint32_t>(value("partitions"));
  const auto retention_seconds = number<std::int64_t>(value("retention_seconds"));
  const auto retention_bytes = number<std::uint64_t>(value("retention_bytes"));
  const auto compression = compression_named(value("compression"));
  if (!created || !partitions || !retention_seconds || !retention_bytes || !compression) {
    return corrupt("a setting is missing");
  }
  TopicDescription topic{
      std::string(name), {*partitions, *retention_seconds, *retention_bytes, *compression}, {*created}};
  if (!check_topic_settings(topic.settings)) return corrupt("a setting is beyond its bounds");
  return topic;
}

std::string TopicFolders::path(std::string_view name) const {
  return fmt::format("{}/{}", folder_, name);
}

std::string TopicFolders::partition_folder(std::string_view name, Partition partition) const {
  return fmt::format("{}/{}/{}", folder_, name, partition.value);
}

Result<std::vector<TopicDescription>> TopicFolders::open(const TopicSettings& fallback, Timestamp now) {
  MILLRACE_TRY(files_.make_folder(folder_));
  const std::filesystem::path parent = std::filesystem::path(folder_).parent_path();
  MILLRACE_TRY(files_.sync_folder(parent.empty() ? "." : parent.string()));
  MILLRACE_ASSIGN(std::vector<std::string> names, files_.list(folder_));
  std::ranges::sort(names);
  std::vector<TopicDescription> topics;
  for (const std::string& name : names) {
    if (!check_topic_name(name)) {
      report(Severity::kWarning, "log_foreign_file", "left alone: this is no topic",
             {{"path", std::string_view(path(name))}});
      continue;
    }
    MILLRACE_ASSIGN(const bool was_interrupted, finish_interrupted(name));
    if (was_interrupted) continue;
    auto topic = read(name, fallback, now);
    if (topic) {
      topics.push_back(std::move(*topic));
    } else if (topic.error().code == ErrorCode::kNotFound) {
      report(Severity::kWarning, "log_foreign_file", topic.error().message);
    } else {
      return std::unexpected(topic.error());
    }
  }
  return topics;
}

// Of a topic that was being made when the process ended there may be an empty folder, or one with a file that
// did not get its name; a removal is marked. True: this was such a folder.
Result<bool> TopicFolders::finish_interrupted(std::string_view name) {
  const auto entries = files_.list(path(name));
  if (!entries) return false;  // a file: left to read()
  const auto holds = [&](std::string_view entry) {
    return std::ranges::find(*entries, entry) != entries->end();
  };
  const auto is_unfinished = [](const std::string& entry) {
    return entry.starts_with(kFile) && entry != kFile;
  };
  const bool is_removed = holds(kRemovedFile) && !holds(kFile);
  if (!is_removed && !std::ranges::all_of(*entries, is_unfinished)) return false;
  const Status removed = is_removed ? finish_removal(name) : remove_all(path(name));
  if (!removed) report(Severity::kWarning, "log_leftover", removed.error().message);
  return true;
}

Result<TopicDescription> TopicFolders::read(std::string_view name, const TopicSettings& fallback,
                                            Timestamp now) {
  const auto text = files_.read_file(fmt::format("{}/{}", path(name), kFile), kTopicFileMax);
  if (!text) return mend(name, fallback, now, text.error());
  auto topic = parse_topic_file(name, *text);
  if (!topic && topic.error().code == ErrorCode::kCorrupt) return mend(name, fallback, now, topic.error());
  return topic;
}

// A folder appears together with its file, so this one was damaged later; its records are worth more than
// the settings.
Result<TopicDescription> TopicFolders::mend(std::string_view name, const TopicSettings& fallback,
                                            Timestamp now, const Error& why) {
  const auto entries = files_.list(path(name));
  std::optional<std::uint32_t> last;
  for (const std::string& entry : entries ? *entries : std::vector<std::string>()) {
    const auto partition = number<std::uint32_t>(entry);
    if (partition && *partition < kTopicPartitionsMax) last = std::max(last.value_or(0), *partition);
  }
  if (!last) return fail(ErrorCode::kNotFound, path(name) + " is left alone: it holds no topic");
  TopicDescription topic{std::string(name), fallback, now};
  topic.settings.partitions = *last + 1;
  MILLRACE_TRY(files_.replace_file(path(name), std::string(kFile), topic_file_text(topic)));
  report(Severity::kError, "log_topic_mended",
         fmt::format("{}; topic {} has the default settings and its {} partitions from now on: check them",
                     why.message, name, *last + 1),
         {{"topic", name}});
  return topic;
}

Status TopicFolders::create(const TopicDescription& topic) {
  const std::string folder = path(topic.name);
  if (const auto entries = files_.list(folder)) {
    MILLRACE_ASSIGN(const bool was_interrupted, finish_interrupted(topic.name));
    if (!was_interrupted || files_.list(folder)) {
      return fail(ErrorCode::kConflict, folder + " holds something that is no topic: move it away");
    }
  }
  MILLRACE_TRY(files_.make_folder(folder));
  MILLRACE_TRY(files_.sync_folder(folder_));
  return files_.replace_file(folder, std::string(kFile), topic_file_text(topic));
}

Status TopicFolders::remove(std::string_view name) {
  const std::string folder = path(name);
  MILLRACE_TRY(
      files_.rename(fmt::format("{}/{}", folder, kFile), fmt::format("{}/{}", folder, kRemovedFile)));
  MILLRACE_TRY(files_.sync_folder(folder));
  if (const Status removed = finish_removal(name); !removed) {
    report(Severity::kWarning, "log_leftover", removed.error().message);
  }
  return {};
}

// The mark goes last, and not before it is durable that the partitions are gone: without it they would be
// taken for a topic whose file is lost.
Status TopicFolders::finish_removal(std::string_view name) {
  const std::string folder = path(name);
  MILLRACE_ASSIGN(const auto entries, files_.list(folder));
  for (const std::string& entry : entries) {
    if (entry != kRemovedFile) MILLRACE_TRY(remove_all(fmt::format("{}/{}", folder, entry)));
  }
  MILLRACE_TRY(files_.sync_folder(folder));
  MILLRACE_TRY(remove_all(folder));
  return files_.sync_folder(folder_);
}

// A file, or a folder with all in it; good when there is nothing.
Status TopicFolders::remove_all(const std::string& path) {
  if (const auto names = files_.list(path)) {
    for (const std::string& name : *names) MILLRACE_TRY(remove_all(path + "/" + name));
  }
  Status removed = files_.remove(path);
  if (!removed && removed.error().code == ErrorCode::kNotFound) return {};
  return removed;
}

}  // namespace millrace
