// What all doors do with what came: append it, count it, and answer when it is durable.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "door/door_metrics.h"
#include "http/router.h"
#include "log/topic_log.h"

namespace millrace {

// What a sender is told when a topic did not take what it sent. Whoever may try again is told when.
HttpResponse append_refusal(const Error& error);

// Thread-safe, and cheap to copy. The log and the clock outlive it.
class Intake {
 public:
  Intake(TopicLog& log, const Clock& clock, std::shared_ptr<DoorMetrics> metrics)
      : log_(&log), clock_(&clock), metrics_(std::move(metrics)) {}

  // What the records come through, what they are counted as, and what is answered when they are durable.
  struct Terms {
    Door door;
    DoorResult result = DoorResult::kAccepted;
    HttpResponse when_durable;
  };

  // Answers when the records are durable, or when they cannot be. An error that is returned means that
  // nothing was taken, counted or answered.
  Status append(std::string_view topic, std::span<const NewRecord> records, Terms terms,
                const Answer& answer) const;
  // The same; an error is counted and answered, too.
  void append_or_refuse(std::string_view topic, std::span<const NewRecord> records, Terms terms,
                        const Answer& answer) const;

  void refuse(Door door, std::size_t records, std::size_t bytes, HttpResponse response,
              const Answer& answer) const;

  Timestamp now() const { return clock_->now(); }
  DoorMetrics& metrics() const { return *metrics_; }

 private:
  TopicLog* log_;
  const Clock* clock_;
  std::shared_ptr<DoorMetrics> metrics_;
};

}  // namespace millrace
