// simulate: what happens in a shop that is none.
#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "app/command_words.h"
#include "app/number_text.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;

struct SimulateWords {
  SimulateOptions simulate;
  std::string compression = "none";
  std::string length;
  std::vector<std::string> bursts;
};

const std::map<std::string, Compression> kCompressions = {
    {"none", Compression::kNone}, {"gz", Compression::kGzip}, {"zst", Compression::kZstd}};

Result<Compression> compression_named(const std::string& name) {
  const auto found = kCompressions.find(name);
  if (found != kCompressions.end()) return found->second;
  return fail(ErrorCode::kInvalidArgument, "--compress " + name + ": expected none, gz or zst");
}

void add_simulated_world(CLI::App& command, SimulateOptions& simulate) {
  command.add_option("--days", simulate.days, "Days, each with 100 to 199 visits")
      ->check(CLI::Range(1, kSimulatedDaysMax))
      ->capture_default_str();
  command.add_option("--visits", simulate.visits, "As many visits in all, instead; the other shapes follow")
      ->check(CLI::Range(std::uint64_t{1}, kSimulatedRecordsMax));
  command.add_option("--events", simulate.events, "As many records of each shape but visits, instead")
      ->check(CLI::Range(std::uint64_t{1}, kSimulatedRecordsMax));
  command.add_option("--start", simulate.start, "First day (ISO 8601)")->capture_default_str();
  command.add_option("--seed", simulate.seed, "The same seed writes the same bytes")->capture_default_str();
  command.add_option("--users", simulate.users, "Customers; else 10000, and visits with the lab's numbers")
      ->check(CLI::Range(1u, kSimulatedUsersMax));
  command.add_option("--products", simulate.products, "Products, each less popular than the one before")
      ->check(CLI::Range(kSimulatedProductsMin, kSimulatedProductsMax))
      ->capture_default_str();
  command
      .add_option("--campaigns", simulate.campaigns, "Hours of advertising, with more traffic from one link")
      ->check(CLI::Range(0u, kSimulatedCampaignsMax))
      ->capture_default_str();
}

void add_spoiling(CLI::App& command, SimulateOptions& simulate) {
  const auto share = CLI::Range(0.0, 1.0);
  command.add_option("--malformed", simulate.malformed, "Share of records with a spoiled one beside them")
      ->check(share)
      ->capture_default_str();
  command.add_option("--duplicates", simulate.duplicates, "Share of records with a copy behind them")
      ->check(share)
      ->capture_default_str();
  command.add_option("--late", simulate.late, "Share of records that come 1 minute to 2 hours late")
      ->check(share)
      ->capture_default_str();
}

void add_live(CLI::App& command, SimulateWords& words) {
  command
      .add_option("--visits-per-minute", words.simulate.visits_per_minute,
                  "The shop lives, with so many visits; the other shapes follow")
      ->check(CLI::Range(std::uint64_t{1}, kLiveVisitsPerMinuteMax));
  command.add_option("--for", words.length, "How long it lives, such as 10m; else until interrupted");
  command
      .add_option(
          "--burst", words.bursts,
          "AFTER,FOR,TIMES: 2m,30s,20 gives twenty times the traffic for 30 s from minute 2 on; several")
      ->expected(1)
      ->take_all();
  command.add_flag("--catch-up", words.simulate.catch_up,
                   "Make up for all of a time in which nothing could be sent, not only for its last second");
  command.add_option("--token-file", words.simulate.token_file,
                     "File with the token for the address; else MILLRACE_TOKEN");
}

Result<std::int64_t> micros_named(const std::string& option, std::string_view text) {
  const auto seconds = parse_duration(text);
  if (seconds && *seconds <= kLiveMicrosMax / kSecondMicros) return *seconds * kSecondMicros;
  return fail(ErrorCode::kInvalidArgument,
              option + " " + std::string(text) +
                  ": expected a length of time such as 30s, 10m or 2h, at most a year");
}

Result<Burst> burst_named(const std::string& text) {
  const std::size_t first = text.find(',');
  const std::size_t second = first == std::string::npos ? first : text.find(',', first + 1);
  if (second == std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "--burst " + text + ": expected AFTER,FOR,TIMES such as 2m,30s,20");
  }
  const std::string_view words = text;
  Burst burst;
  MILLRACE_ASSIGN(burst.after_micros, micros_named("--burst", words.substr(0, first)));
  MILLRACE_ASSIGN(burst.for_micros, micros_named("--burst", words.substr(first + 1, second - first - 1)));
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + second + 1, end, burst.times);
  if (error == std::errc() && rest == end) return burst;
  return fail(ErrorCode::kInvalidArgument,
              "--burst " + text + ": expected a whole number of times at its end");
}

// What only a shop that lives, and what only one that is written, understands.
Status check_kind(const CLI::App& command) {
  const bool lives = command.count("--visits-per-minute") > 0;
  const std::vector<std::string> others =
      lives
          ? std::vector<std::string>{"--visits", "--events", "--days", "--start", "--campaigns", "--compress"}
          : std::vector<std::string>{"--for", "--burst", "--catch-up", "--token-file"};
  for (const std::string& other : others) {
    if (command.count(other) == 0) continue;
    return fail(ErrorCode::kInvalidArgument, other + " goes " + (lives ? "not" : "only") +
                                                 " with --visits-per-minute, by which the shop lives");
  }
  return {};
}

Result<Command> finish(const CLI::App& command, SimulateWords& words) {
  MILLRACE_TRY(check_kind(command));
  MILLRACE_ASSIGN(words.simulate.compression, compression_named(words.compression));
  for (const std::string& text : words.bursts) {
    MILLRACE_ASSIGN(const Burst burst, burst_named(text));
    words.simulate.bursts.push_back(burst);
  }
  if (words.length.empty()) return words.simulate;
  MILLRACE_ASSIGN(words.simulate.for_micros, micros_named("--for", words.length));
  return words.simulate;
}

}  // namespace

void add_simulate_command(CLI::App& app, CommandTable& commands) {
  const auto words = std::make_shared<SimulateWords>();
  CLI::App& command = *app.add_subcommand("simulate", "Write what happens in a simulated shop");
  command.footer(
      "\nShapes: visits, clicks, transactions, stock, ecom_events, orders, catalog_changes. They tell of one "
      "shop.\n\n"
      "  millrace simulate --days 7 --to visits/\n"
      "  millrace simulate --visits 1000 | millrace load -\n"
      "  millrace simulate --shape all --to shop/ --truth truth.json\n"
      "  millrace simulate --shape orders,catalog_changes --products 20000 --to shop/ --compress zst\n"
      "  millrace simulate --shape clicks --events 1000000 --malformed 0.01 --duplicates 0.02 --late 0.05 > "
      "clicks.jsonl\n\n"
      "With --visits-per-minute the shop lives: what happens in it is sent while it happens, to topics or to "
      "an\n"
      "address, and counted when it is acknowledged. One shape goes to the topic that --to names; several "
      "each "
      "to\nthe topic of its own name, behind --to as a prefix; at an address, to topics of the shapes' "
      "names. "
      "Rows of\necom_events cannot be sent. Malformed records and copies come beside the visits asked for; a "
      "late "
      "record\ncomes in its time, or with the end.\n\n"
      "  millrace simulate --visits-per-minute 600 --to visits --for 10m\n"
      "  millrace simulate --shape all --visits-per-minute 6000 --burst 2m,30s,20 --to "
      "http://127.0.0.1:8080/\n");
  command.add_option("--shape", words->simulate.shapes, "What to write, or all; several with commas")
      ->delimiter(',')
      ->default_str("visits");
  add_simulated_world(command, words->simulate);
  add_spoiling(command, words->simulate);
  command.add_option(
      "--to", words->simulate.to,
      "Folder for one file a day and shape, else standard output; of a shop that lives, a topic, "
      "a prefix of topics, or an address");
  add_live(command, *words);
  command.add_option("--compress", words->compression, "none, gz or zst")->capture_default_str();
  command.add_option("--truth", words->simulate.truth_file, "File for the true counts and sums, as JSON");
  commands["simulate"] = [words, &command] { return finish(command, *words); };
}

}  // namespace millrace
