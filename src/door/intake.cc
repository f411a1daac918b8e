#include "door/intake.h"

#include <string>
#include <utility>
#include <vector>

namespace millrace {
namespace {

// A burst is over sooner than a person has made room on a disk.
constexpr std::string_view kRetryBusy_seconds = "1";
constexpr std::string_view kRetryNoSpace_seconds = "10";

HttpResponse try_again(int status, const Error& error, std::string_view seconds) {
  HttpResponse response = error_response(status, name(error.code), error.message);
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

std::size_t size_of(std::span<const NewRecord> records) {
  std::size_t size = 0;
  for (const NewRecord& record : records) size += record.payload.size();
  return size;
}

}  // namespace

HttpResponse append_refusal(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
      return error_response(error);
    case ErrorCode::kNoSpace:
      return try_again(507, error, kRetryNoSpace_seconds);
    default:
      return try_again(503, error, kRetryBusy_seconds);
  }
}

Status Intake::append(std::string_view topic, std::span<const NewRecord> records, Terms terms,
                      const Answer& answer) const {
  const std::size_t count = records.size();
  const std::size_t size = size_of(records);
  return log_->append(topic, records,
                      [intake = *this, terms = std::move(terms), count, size,
                       answer](const Result<std::vector<Position>>& stored) mutable {
                        if (!stored.has_value()) {
                          intake.refuse(terms.door, count, size, append_refusal(stored.error()), answer);
                          return;
                        }
                        intake.metrics_->count_durable(terms.door, terms.result, count, size, intake.now());
                        answer(std::move(terms.when_durable));
                      });
}

void Intake::append_or_refuse(std::string_view topic, std::span<const NewRecord> records, Terms terms,
                              const Answer& answer) const {
  const Door door = terms.door;
  const Status taken = append(topic, records, std::move(terms), answer);
  if (!taken.has_value())
    refuse(door, records.size(), size_of(records), append_refusal(taken.error()), answer);
}

void Intake::refuse(Door door, std::size_t records, std::size_t bytes, HttpResponse response,
                    const Answer& answer) const {
  const DoorResult result = response.status < 500 ? DoorResult::kRefused : DoorResult::kUnavailable;
  metrics_->count(door, result, records, bytes);
  answer(std::move(response));
}

}  // namespace millrace
