// Lets the records of a shape arrive as they do in life: some twice, some late, and some spoiled among them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/reason.h"
#include "simulate/random.h"
#include "simulate/record_stream.h"
#include "simulate/spoiled_form.h"

namespace millrace {

// Of a million records, how many …
struct SpoilOptions {
  static constexpr std::uint32_t kAll = 1'000'000;

  std::uint32_t malformed =
      0;  // … have a spoiled one behind them, or, of visits, an event more that is refused
  std::uint32_t duplicates = 0;  // … have behind them a copy: of themselves, or of an earlier one of the day
  std::uint32_t late = 0;        // … come 1 minute to 2 hours after their time

  bool is_none() const { return malformed == 0 && duplicates == 0 && late == 0; }
};

// Whether equal records of the shape are one: else they are real, and none is copied.
bool knows_duplicates(Shape shape);

// What must become of the records: written = stored + duplicates + refused.
struct ArrivalTruth {
  std::uint64_t written = 0;
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t duplicate_events = 0;  // within them
  std::uint64_t duplicate_items = 0;
  std::uint64_t refused = 0;
  std::uint64_t refused_events = 0;  // alone, of visits that are stored
  std::uint64_t late = 0;            // of the stored: at least a minute behind the newest time before them
  std::array<std::uint64_t, kAllReasons.size()> dead_letters{};  // by reason

  void tell(Shape shape, TruthObject& truth) const;
};

// Every sound record of the stream arrives, unchanged but for an event more, so that all that is true of the
// stream is true of what must be stored.
//
// Memory: at most kSimulatedLateRecordsMax records that are held back (when there are more, further ones are
// in time) and kSimulatedCopyRecordsMax that may be copied. Not thread-safe.
class Spoiler {
 public:
  Spoiler(std::unique_ptr<RecordStream> stream, Shape shape, std::uint64_t seed, const SpoilOptions& options);

  // Appends one record with its newline. False when all have been.
  bool next(std::string& out);

  // When next() has a record to give; nothing when all have been.
  std::optional<Timestamp> due() const;
  // What the stream still has never happens; what is held back comes now.
  void end() { ended_ = true; }

  // When the last record arrived: in order, and a late one's is not its own time.
  Timestamp arrived_at() const { return arrived_at_; }

  const ArrivalTruth& arrivals() const { return truth_; }
  void tell(TruthObject& truth) const;

 private:
  struct Record {
    std::string line;
    Timestamp time;
    Timestamp arrival;
    std::uint64_t number = 0;  // in the order of their times
    RecordParts parts;
  };
  struct ArrivesLater {
    bool operator()(const Record& a, const Record& b) const {
      return a.arrival != b.arrival ? a.arrival > b.arrival : a.number > b.number;
    }
  };

  bool chance(std::uint32_t of_a_million) { return random_.below(SpoilOptions::kAll) < of_a_million; }
  bool read_ahead();
  std::optional<Record> next_arrival();
  void write(Record record, std::string& out);
  const SpoiledForm& next_form();
  void write_malformed(const SpoiledForm& form, std::string_view line);
  void count_stored(const Record& record);
  void keep_for_copies(const Record& record);
  void write_copy(const Record& of);

  std::unique_ptr<RecordStream> stream_;
  Shape shape_;
  SpoilOptions options_;
  Random random_;
  Timestamp arrived_at_;
  Timestamp newest_;  // time of all that was written
  std::optional<Record> ahead_;
  bool ended_ = false;
  std::uint64_t read_ = 0;
  std::priority_queue<Record, std::vector<Record>, ArrivesLater> held_back_;
  std::vector<Record> copied_from_;
  std::int64_t copied_from_day_ = -1;
  std::size_t form_ = 0;
  std::vector<std::string> extra_lines_;  // that go out next, last first
  ArrivalTruth truth_;
};

}  // namespace millrace
