// What a simulation wrote, read again in the plainest way: to compare with what it says of itself.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/record_stream.h"
#include "simulate/spoiler.h"

namespace millrace {

using Fields = std::map<std::string, std::string>;  // of a flat record; null as ""
using Counts = std::map<std::string, std::int64_t>;

inline WorldOptions test_world(std::optional<std::uint64_t> events = {}) {
  return {.start = *parse_timestamp("2024-07-01"), .days = 20, .events = events, .products = 400};
}

struct Written {
  std::vector<std::string> lines;  // without newlines
  std::vector<Timestamp> arrivals;
  std::string truth;  // JSON
};

inline Written write_all_records(const WorldOptions& options, Shape shape, const SpoilOptions& spoil = {}) {
  const World world(options);
  Spoiler records(open_record_stream(world, shape), shape, options.seed, spoil);
  Written written;
  std::string line;
  while (records.next(line)) {
    EXPECT_TRUE(line.ends_with('\n'));
    line.pop_back();
    written.lines.push_back(std::move(line));
    written.arrivals.push_back(records.arrived_at());
    line.clear();
  }
  TruthObject truth;
  records.tell(truth);
  written.truth = truth.json();
  return written;
}

// Nothing for what is no flat JSON object.
inline std::optional<Fields> json_fields(std::string_view line) {
  static simdjson::dom::parser parser;
  const simdjson::padded_string padded(line);
  simdjson::dom::object object;
  if (parser.parse(padded).get(object) != simdjson::SUCCESS) return std::nullopt;
  Fields fields;
  for (const auto [key, value] : object) {
    std::string& text = fields[std::string(key)];
    if (value.is_string()) text = std::string(value.get_string().value());
    if (value.is_number()) text = simdjson::minify(value);
  }
  return fields;
}

inline std::vector<std::string> csv_columns(std::string_view line) {
  std::vector<std::string> columns(1);
  for (const char c : line) {
    if (c == ',') {
      columns.emplace_back();
    } else {
      columns.back() += c;
    }
  }
  return columns;
}

inline std::int64_t cents(const std::string& amount) {
  return std::llround(std::stod(amount) * 100);
}

// The truth, by JSON pointer.
class Truth {
 public:
  explicit Truth(const std::string& json) : json_(json), root_(parser_.parse(json_)) {}

  std::int64_t number(const std::string& pointer) { return root_.at_pointer(pointer).get_int64(); }
  std::int64_t cents(const std::string& pointer) {
    return std::llround(double{root_.at_pointer(pointer).get_double()} * 100);
  }
  std::string text(const std::string& pointer) {
    return std::string(std::string_view(root_.at_pointer(pointer).get_string()));
  }
  std::size_t size(const std::string& pointer) {
    return simdjson::dom::object(root_.at_pointer(pointer).get_object()).size();
  }
  Counts counts(const std::string& pointer) {
    Counts counts;
    for (const auto [key, value] : simdjson::dom::object(root_.at_pointer(pointer).get_object())) {
      counts[std::string(key)] = value.get_int64();
    }
    return counts;
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::padded_string json_;
  simdjson::dom::element root_;
};

}  // namespace millrace
