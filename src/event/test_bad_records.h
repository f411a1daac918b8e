// The corpora of test/bad_records/, as their files say how to read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct ExpectedRefusal {
  std::optional<std::int32_t> event_index;
  std::string reason;
};

struct BadRecord {
  std::string name;
  std::vector<ExpectedRefusal> refusals;
  std::optional<std::size_t> stored;
  std::string record;
  std::vector<std::string> payloads;  // what stands between \< and \>
  std::optional<std::string> header;  // of CSV
};

struct BadRecordCorpus {
  std::string contract;  // empty: visits
  std::string good;      // a sound record
  std::vector<BadRecord> cases;
};

// Throws when there is no such file, or it does not follow its rules.
BadRecordCorpus read_bad_records(std::string_view file);  // such as visits.cases

}  // namespace millrace
