// The records of one shape, in order of their time, and what is true of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "simulate/event_times.h"
#include "simulate/truth_json.h"
#include "simulate/world.h"

namespace millrace {

// What a loader counts beside the record itself.
struct RecordParts {
  std::uint32_t events = 1;
  std::uint32_t items = 0;  // lines of purchases
};

// Not thread-safe.
class RecordStream {
 public:
  virtual ~RecordStream() = default;

  // Appends one record with its newline. False when all have been: then nothing is appended.
  virtual bool next(std::string& out) = 0;

  // When the next record happens: not after it is made. Nothing when all have been.
  virtual std::optional<Timestamp> due() const = 0;

  // Of the last record that next() wrote.
  virtual Timestamp time() const = 0;
  virtual RecordParts parts() const { return {}; }

  // What is true of all records so far, counted as they were made.
  virtual void tell(TruthObject& truth) const = 0;
};

// The shapes that a world can be written in, in the order in which `all` writes them.
inline constexpr auto kSimulatedShapes =
    std::to_array<Shape>({Shape::kVisits, Shape::kClicks, Shape::kTransactions, Shape::kStock,
                          Shape::kEcomEvents, Shape::kOrders, Shape::kCatalogChanges});

// Options that check() accepts for this shape; `world` must outlive the stream.
std::unique_ptr<RecordStream> open_record_stream(const World& world, Shape shape);

// The same at other times. Catalog changes have their own.
std::unique_ptr<RecordStream> open_record_stream(const World& world, Shape shape,
                                                 std::unique_ptr<EventTimes> times);

std::unique_ptr<EventTimes> scheduled_times(const World& world, Shape shape);  // of the simulated days

// What decides when the records of a shape are made: the stock follows the sales.
constexpr Shape shape_of_times(Shape shape) {
  return shape == Shape::kStock ? Shape::kTransactions : shape;
}

// The line that each file of the shape starts with; empty for JSON lines.
std::string_view header_line(Shape shape);

}  // namespace millrace
