#include "app/live_simulation.h"

#include <algorithm>
#include <limits>

namespace millrace {
namespace {

constexpr std::int64_t kStepMicros = 5'000;  // what happens within it is sent together
constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kLookMicros = 250'000;  // how often a stop, a failure or a stall is looked for

}  // namespace

LiveSimulation::LiveSimulation(const LiveSimulationOptions& options, LiveShop& shop, SendQueue& queue,
                               LiveClock& clock, std::function<void(const LiveProgress&)> tell)
    : options_(options),
      shop_(shop),
      queue_(queue),
      clock_(clock),
      tell_(std::move(tell)),
      start_(shop.world().options().start),
      end_{options.for_micros ? start_.micros + *options.for_micros
                              : std::numeric_limits<std::int64_t>::max()},
      made_until_(start_),
      told_(start_) {}

Status LiveSimulation::run(const std::stop_token& stop) {
  MILLRACE_TRY(live(stop));
  return queue_.drain(options_.drain_patience);
}

Status LiveSimulation::live(const std::stop_token& stop) {
  const LiveShop::Put put = [&](Shape shape, std::string_view line) {
    ++made_[shape];
    return queue_.add(options_.topics.at(shape), line, stop, options_.drain_patience);
  };
  for (Timestamp now = clock_.now(); now < end_ && !stop.stop_requested(); now = clock_.now()) {
    if (const auto failure = queue_.failure()) return std::unexpected(*failure);
    skip_what_was_missed(now);
    MILLRACE_TRY(shop_.advance(now, put));
    made_until_ = now;
    tell_now_and_then(now);
    clock_.wait_until(next_step(now), stop);
  }
  if (!stop.stop_requested()) {
    skip_what_was_missed(end_);
    MILLRACE_TRY(shop_.advance(end_, put));
  }
  return shop_.end(put);
}

// A process that was stopped, or that nobody took records from, does not make up for more than a second of
// it.
void LiveSimulation::skip_what_was_missed(Timestamp now) {
  if (options_.catch_up || now.micros - made_until_.micros <= kSecondMicros) return;
  skipped_records_ += shop_.skip_until({now.micros - kSecondMicros});
}

Timestamp LiveSimulation::next_step(Timestamp now) const {
  const Timestamp due = shop_.due().value_or(end_);
  const std::int64_t next = std::max(due.micros + 1, now.micros + kStepMicros);
  return {std::min({next, end_.micros, now.micros + kLookMicros})};
}

void LiveSimulation::tell_now_and_then(Timestamp now) {
  if (now.micros - told_.micros < kSecondMicros) return;
  told_ = now;
  tell_(progress());
}

LiveProgress LiveSimulation::progress() const {
  LiveProgress progress;
  progress.running_micros = clock_.now().micros - start_.micros;
  for (const auto& [shape, made] : made_) progress.made += made;
  progress.skipped_records = skipped_records_;
  progress.sent = queue_.counts();
  return progress;
}

std::uint64_t LiveSimulation::made(Shape shape) const {
  const auto found = made_.find(shape);
  return found == made_.end() ? 0 : found->second;
}

}  // namespace millrace
