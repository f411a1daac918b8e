// simulate: what happens in a shop that is none.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "app/command_words.h"
#include "base/limits.h"

namespace millrace {
namespace {

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

}  // namespace

void add_simulate_command(CLI::App& app, CommandTable& commands) {
  struct Words {
    SimulateOptions simulate;
    std::string compression = "none";
  };
  const auto words = std::make_shared<Words>();
  CLI::App& command = *app.add_subcommand("simulate", "Write what happens in a simulated shop");
  command.footer(
      "\nShapes: visits, clicks, transactions, stock, ecom_events, orders, catalog_changes. They tell of one "
      "shop.\n\n"
      "  millrace simulate --days 7 --to visits/\n"
      "  millrace simulate --visits 1000 | millrace load -\n"
      "  millrace simulate --shape all --to shop/ --truth truth.json\n"
      "  millrace simulate --shape orders,catalog_changes --products 20000 --to shop/ --compress zst\n"
      "  millrace simulate --shape clicks --events 1000000 --malformed 0.01 --duplicates 0.02 --late 0.05 > "
      "clicks.jsonl\n");
  command.add_option("--shape", words->simulate.shapes, "What to write, or all; several with commas")
      ->delimiter(',')
      ->default_str("visits");
  add_simulated_world(command, words->simulate);
  add_spoiling(command, words->simulate);
  command.add_option("--to", words->simulate.to, "Folder for one file a day and shape; else standard output");
  command.add_option("--compress", words->compression, "none, gz or zst")->capture_default_str();
  command.add_option("--truth", words->simulate.truth_file, "File for the true counts and sums, as JSON");
  commands["simulate"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->simulate.compression, compression_named(words->compression));
    return words->simulate;
  };
}

}  // namespace millrace
