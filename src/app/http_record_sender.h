// Records to the platform behind an address, through its door POST /v1/collect.
#pragma once

#include "app/record_sender.h"
#include "http/http_client.h"

namespace millrace {

class HttpRecordSender final : public RecordSender {
 public:
  // `base` is the address up to, and without, /v1/collect.
  HttpRecordSender(std::string base, std::string bearer_token);

  // Nobody at the address is an error at first; once something was acknowledged, somebody will come back.
  Result<SendAnswer> send(const RecordBatch& batch, const std::stop_token& stop) override;

 private:
  Result<SendAnswer> answer_of(const HttpAnswer& answer, const std::string& url);
  Result<SendAnswer> answer_of(const Error& error) const;

  std::string base_;
  HttpClient client_;
  bool has_sent_ = false;
};

}  // namespace millrace
