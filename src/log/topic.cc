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

Status check_record(const NewRecord& record) {
  const auto beyond = [](std::string_view what, std::size_t size, std::size_t size_max) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a record's {} has {} bytes; at most {} are taken", what, size, size_max));
  };
  if (record.payload.size() > kRecordSizeMax) {
    return beyond("payload", record.payload.size(), kRecordSizeMax);
  }
  if (record.key.size() > kKeySizeMax) return beyond("key", record.key.size(), kKeySizeMax);
  if (record.attributes.size() > kAttributesMax) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("a record has {} attributes; at most {} are taken",
                                                         record.attributes.size(), kAttributesMax));
  }
  std::size_t attributes_size = 0;
  for (const auto& [name, value] : record.attributes) attributes_size += name.size() + value.size();
  if (attributes_size > kAttributesSizeMax) return beyond("attributes", attributes_size, kAttributesSizeMax);
  return {};
}

Partition partition_of(std::string_view key, std::uint32_t partitions) {
  return {static_cast<std::uint32_t>(hash64(key) % partitions)};
}

}  // namespace millrace
