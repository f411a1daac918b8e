#include "app/topic_record_sender.h"

#include <vector>

#include "log/topic_log.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kRetryAfter = 200ms;

std::vector<NewRecord> records_of(const RecordBatch& batch) {
  std::vector<NewRecord> records;
  records.reserve(batch.records);
  for (std::string_view rest = batch.lines; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    records.push_back({.key = "", .payload = line});
  }
  return records;
}

}  // namespace

Result<SendAnswer> TopicRecordSender::send(const RecordBatch& batch, const std::stop_token&) {
  const auto stored = log_.append_and_wait(batch.topic, records_of(batch));
  if (stored) return SendAnswer{};
  const Error& error = stored.error();
  if (error.code != ErrorCode::kUnavailable && error.code != ErrorCode::kNoSpace)
    return std::unexpected(error);
  // A log that has failed takes nothing before a restart, and this process is the one that would.
  if (const Status health = log_.health(); !health) return std::unexpected(health.error());
  return SendAnswer{SendAnswer::Kind::kRefused, kRetryAfter, error.message};
}

}  // namespace millrace
