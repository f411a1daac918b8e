#include "app/http_record_sender.h"

#include <fmt/format.h>

#include "app/terminal_text.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kRetryAfter = 500ms;
constexpr std::size_t kAnswerTextMax = 300;

std::string without_last_slashes(std::string base) {
  while (base.ends_with('/')) base.pop_back();
  return base;
}

HttpClientOptions options_with(std::string bearer_token) {
  HttpClientOptions options;
  options.bearer_token = std::move(bearer_token);
  return options;
}

bool is_for_now(int status) {
  return status == 429 || status == 503;
}

}  // namespace

HttpRecordSender::HttpRecordSender(std::string base, std::string bearer_token)
    : base_(without_last_slashes(std::move(base))), client_(options_with(std::move(bearer_token))) {}

Result<SendAnswer> HttpRecordSender::send(const RecordBatch& batch, const std::stop_token& stop) {
  const std::string url = base_ + "/v1/collect?topic=" + percent_encoded(batch.topic);
  const auto answer = client_.post(url, "application/x-ndjson", batch.lines, stop);
  return answer ? answer_of(*answer, url) : answer_of(answer.error());
}

Result<SendAnswer> HttpRecordSender::answer_of(const HttpAnswer& answer, const std::string& url) {
  if (answer.status >= 200 && answer.status < 300) {
    has_sent_ = true;
    return SendAnswer{};
  }
  std::string reason = fmt::format("{} answered {}: {}", url, answer.status,
                                   terminal_text(answer.body.substr(0, kAnswerTextMax)));
  if (is_for_now(answer.status)) {
    const auto wait = answer.retry_after ? std::chrono::milliseconds(*answer.retry_after) : kRetryAfter;
    return SendAnswer{SendAnswer::Kind::kRefused, wait, std::move(reason)};
  }
  // Another error of the server says nothing about what was stored.
  if (answer.status >= 500) return SendAnswer{SendAnswer::Kind::kUnknown, kRetryAfter, std::move(reason)};
  if (answer.status == 401 || answer.status == 403) {
    reason += "\nGive a token that may write, in MILLRACE_TOKEN or with --token-file";
  }
  return fail(ErrorCode::kIo, std::move(reason));
}

Result<SendAnswer> HttpRecordSender::answer_of(const Error& error) const {
  if (error.code == ErrorCode::kNotFound && !has_sent_) {
    return fail(ErrorCode::kIo, error.message + "; is millrace run listening there?");
  }
  if (error.code == ErrorCode::kNotFound) {
    return SendAnswer{SendAnswer::Kind::kRefused, kRetryAfter, error.message};
  }
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kCancelled) {
    return SendAnswer{SendAnswer::Kind::kUnknown, kRetryAfter, error.message};
  }
  return std::unexpected(error);
}

}  // namespace millrace
