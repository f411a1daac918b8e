// The health of the data: what each load received and what became of it, and what was refused, why, with its
// exact bytes. Answers are JSON objects, each from one statement and so of one snapshot.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace millrace {

class Connection;

// Exact values; absent: any.
struct HealthFilter {
  std::optional<std::string> reason;  // of dead letters only
  std::optional<std::string> contract;
  std::optional<std::string> file;
};

inline constexpr std::int64_t kHealthRowsMax = 100;
inline constexpr std::int64_t kHealthOffsetMax = 1'000'000'000;
inline constexpr std::int64_t kPayloadSampleMax = 4'096;  // bytes of a dead letter in a list

struct HealthRequest {
  enum class About {
    kLoads,        // total, loads newest first, and the sums of each contract
    kRefusals,     // total, and dead letters by reason, contract and file; each list ignores its own filter,
                   // has at most 100 rows, and says of how many dead letters and values they are
    kDeadLetters,  // total, and dead letters newest first, with the start of their bytes as base64
  };
  About about = About::kLoads;
  HealthFilter filter;
  std::int64_t offset = 0;
  std::int64_t limit = 50;  // rows of loads and dead letters
};

struct HealthBounds {
  std::chrono::milliseconds timeout{30'000};
  std::stop_token stop;
};

// Each list comes with the SQL that gives it, under `sql`.
Result<std::string> load_health(Connection& connection, const HealthRequest& request,
                                const HealthBounds& bounds = {});

// Changes whenever the answer to `request` may have; with the quotes that HTTP wants.
Result<std::string> health_etag(Connection& connection, const HealthRequest& request);

// The exact bytes of a dead letter. Errors: kNotFound.
Result<std::string> dead_letter_payload(Connection& connection, std::uint64_t id);

}  // namespace millrace
