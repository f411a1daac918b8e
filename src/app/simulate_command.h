// millrace simulate: a simulated shop, as visits, clicks, transactions, stock, events of an e-commerce site,
// orders and catalog changes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/output_compressor.h"
#include "app/session.h"
#include "base/result.h"
#include "simulate/live_times.h"
#include "simulate/spoiler.h"

namespace millrace {

struct SimulateOptions {
  std::vector<std::string> shapes = {"visits"};  // or all
  std::uint64_t seed = 1;
  std::string start = "2024-07-01";  // the first day
  int days = 60;
  std::optional<std::uint64_t> visits;  // in all; else 100 to 199 a day
  std::optional<std::uint64_t> events;  // of each shape but visits; else they scale with the visits
  std::optional<std::uint32_t> users;
  std::uint32_t products = 1'000;
  std::uint32_t campaigns = 0;
  double malformed = 0;  // shares of the records, 0 to 1
  double duplicates = 0;
  double late = 0;
  std::string to;  // folder, made if needed, for SHAPE-YYYY-MM-DD.jsonl; "" or "-": standard output
  Compression compression = Compression::kNone;
  std::string truth_file;  // for the true counts and sums; "": none

  // The shop lives, with so many visits a minute; then `to` is a topic, a prefix of several, or an address.
  std::optional<std::uint64_t> visits_per_minute;
  std::optional<std::int64_t> for_micros;  // else until interrupted
  std::vector<Burst> bursts;
  bool catch_up = false;
  std::string token_file;  // "": MILLRACE_TOKEN
};

// Each file appears under its name only when it is whole, and replaces one that was there. Stopped early, the
// files of the days before stay and the command returns 130; else 0.
Result<int> simulate(const SimulateOptions& options, Session& session);

// What live and written simulations understand alike.
Result<SpoilOptions> spoil_options(const SimulateOptions& options);
// Each of `known` once, in their order; `all` is all of them.
Result<std::vector<Shape>> shapes_named(const std::vector<std::string>& words, std::span<const Shape> known);

}  // namespace millrace
