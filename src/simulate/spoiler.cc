#include "simulate/spoiler.h"

#include <algorithm>

#include "base/limits.h"
#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kMinuteMicros = 60'000'000;
constexpr std::int64_t kDayMicros = 24 * 60 * kMinuteMicros;
constexpr std::uint32_t kLateMinutesMax = 120;
constexpr std::uint32_t kRecordsPerKept = 8;

// The top of a priority queue can be read, but not moved, without this.
template <typename Queue>
typename Queue::value_type take_top(Queue& queue) {
  auto top = queue.top();
  queue.pop();
  return top;
}

}  // namespace

bool knows_duplicates(Shape shape) {
  return shape != Shape::kEcomEvents;
}

void ArrivalTruth::tell(Shape shape, TruthObject& truth) const {
  truth.add("written", written);
  truth.add("stored", stored);
  truth.add("duplicates", duplicates);
  truth.add("refused", refused);
  truth.add("late", late);
  truth.add_flag("equal_records_are_one", knows_duplicates(shape));
  if (shape == Shape::kVisits) {
    truth.add("duplicate_events", duplicate_events);
    truth.add("duplicate_items", duplicate_items);
    truth.add("refused_events", refused_events);
  }
  TruthObject reasons;
  for (std::size_t i = 0; i < dead_letters.size(); ++i) {
    if (dead_letters[i] > 0) reasons.add(code(kAllReasons[i]), dead_letters[i]);
  }
  truth.add("dead_letters", reasons);
}

Spoiler::Spoiler(std::unique_ptr<RecordStream> stream, Shape shape, std::uint64_t seed,
                 const SpoilOptions& options)
    : stream_(std::move(stream)),
      shape_(shape),
      options_(options),
      random_(seed, random_stream::spoiling_of(shape)) {
  if (!knows_duplicates(shape)) options_.duplicates = 0;
}

bool Spoiler::next(std::string& out) {
  if (options_.is_none()) {
    if (ended_ || !stream_->next(out)) return false;
    arrived_at_ = stream_->time();
    ++truth_.written;
    ++truth_.stored;
    return true;
  }
  if (!extra_lines_.empty()) {
    out += extra_lines_.back();
    extra_lines_.pop_back();
    ++truth_.written;
    return true;
  }
  auto record = next_arrival();
  if (!record) return false;
  write(std::move(*record), out);
  return true;
}

std::optional<Timestamp> Spoiler::due() const {
  if (!extra_lines_.empty() || ahead_) return arrived_at_;
  if (const auto due = stream_->due(); due && !ended_) return due;
  return held_back_.empty() ? std::nullopt : std::optional(arrived_at_);
}

bool Spoiler::read_ahead() {
  if (ahead_) return true;
  if (ended_) return false;
  Record record;
  if (!stream_->next(record.line)) return false;
  record.time = record.arrival = stream_->time();
  record.number = read_++;
  record.parts = stream_->parts();
  ahead_ = std::move(record);
  return true;
}

std::optional<Spoiler::Record> Spoiler::next_arrival() {
  while (true) {
    const bool more = read_ahead();
    if (!held_back_.empty() && (!more || held_back_.top().arrival <= ahead_->arrival)) {
      Record held = take_top(held_back_);
      // None comes behind the last of all, on a day of its own.
      held.arrival = std::min(held.arrival, std::max(stream_->time(), arrived_at_));
      return held;
    }
    if (!more) return std::nullopt;
    Record record = std::move(*ahead_);
    ahead_.reset();
    const bool is_late = options_.late > 0 && chance(options_.late);
    if (!is_late || held_back_.size() == kSimulatedLateRecordsMax) return record;
    record.arrival.micros += (kMinuteMicros + random_.below((kLateMinutesMax - 1) * 60) * kMinuteMicros / 60);
    held_back_.push(std::move(record));
  }
}

void Spoiler::write(Record record, std::string& out) {
  arrived_at_ = record.arrival;
  count_stored(record);
  const SpoiledForm* form = options_.malformed > 0 && chance(options_.malformed) ? &next_form() : nullptr;
  if (form != nullptr && form->is_of_event()) {
    append_spoiled(shape_, *form, record.line, out);
    ++truth_.refused_events;
    ++truth_.dead_letters[static_cast<std::size_t>(form->reason)];
    return;
  }
  out += record.line;
  if (form != nullptr) write_malformed(*form, record.line);
  if (options_.duplicates == 0) return;
  keep_for_copies(record);
  if (!chance(options_.duplicates)) return;
  const bool is_near = random_.coin();
  write_copy(is_near ? record : copied_from_[random_.below(static_cast<std::uint32_t>(copied_from_.size()))]);
}

void Spoiler::count_stored(const Record& record) {
  ++truth_.written;
  ++truth_.stored;
  if (record.time.micros <= newest_.micros - kMinuteMicros) ++truth_.late;
  newest_ = std::max(newest_, record.time);
}

const SpoiledForm& Spoiler::next_form() {
  const auto forms = spoiled_forms(shape_);
  return forms[form_++ % forms.size()];
}

void Spoiler::write_malformed(const SpoiledForm& form, std::string_view line) {
  append_spoiled(shape_, form, line, extra_lines_.emplace_back());
  ++truth_.refused;
  ++truth_.dead_letters[static_cast<std::size_t>(form.reason)];
}

// Of one day: a copy is in the same file.
void Spoiler::keep_for_copies(const Record& record) {
  if (const std::int64_t day = record.arrival.micros / kDayMicros; day != copied_from_day_) {
    copied_from_.clear();
    copied_from_day_ = day;
  }
  if (copied_from_.size() < kSimulatedCopyRecordsMax) {
    copied_from_.push_back(record);
  } else if (random_.below(kRecordsPerKept) == 0) {
    copied_from_[random_.below(kSimulatedCopyRecordsMax)] = record;
  }
}

void Spoiler::write_copy(const Record& of) {
  extra_lines_.push_back(of.line);
  ++truth_.duplicates;
  truth_.duplicate_events += of.parts.events;
  truth_.duplicate_items += of.parts.items;
}

void Spoiler::tell(TruthObject& truth) const {
  TruthObject records;
  truth_.tell(shape_, records);
  truth.add("records", records);
  stream_->tell(truth);
}

}  // namespace millrace
