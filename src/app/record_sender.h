// The port by which records leave for a topic: of this platform, or of one behind an address.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace millrace {

struct RecordBatch {
  std::string topic;
  std::string lines = {};  // one record each, with its newline
  std::uint64_t records = 0;
};

struct SendAnswer {
  enum class Kind : std::uint8_t {
    kAcknowledged,  // durable
    kRefused,       // for now: nothing was stored
    kUnknown,       // all of it may have been stored, or none
  };
  Kind kind = Kind::kAcknowledged;
  std::chrono::milliseconds retry_after{0};
  std::string reason;  // why it was not acknowledged, for people
};

class RecordSender {
 public:
  virtual ~RecordSender() = default;

  // An error means that this will never be taken. By one thread at a time.
  virtual Result<SendAnswer> send(const RecordBatch& batch, const std::stop_token& stop) = 0;
};

}  // namespace millrace
