#include "log/topic.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"

namespace millrace {
namespace {

bool is_topic_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

}  // namespace

Status check_topic_name(std::string_view name) {
  const bool sound = !name.empty() && name.size() <= kTopicNameMax && name.front() != '.' &&
                     name.front() != '-' && std::ranges::all_of(name, is_topic_letter);
  if (sound) return {};
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format(
          "'{}' is no name for a topic: take 1 to {} of a-z 0-9 _ . - and begin with a letter or digit",
          name.substr(0, kTopicNameMax), kTopicNameMax));
}

Status check_topic_settings(const TopicSettings& settings) {
  if (settings.partitions < 1 || settings.partitions > kTopicPartitionsMax) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("a topic has 1 to {} partitions, not {}",
                                                         kTopicPartitionsMax, settings.partitions));
  }
  if (settings.retention_seconds < 0) {
    return fail(ErrorCode::kInvalidArgument, "a topic's retention is a time, or 0 for ever");
  }
  return {};
}

Partition partition_of(std::string_view key, std::uint32_t partitions) {
  return {static_cast<std::uint32_t>(hash64(key) % partitions)};
}

}  // namespace millrace
