#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <sstream>

#include "app/version.h"
#include "base/limits.h"
#include "base/nearest_word.h"
#include "base/time.h"
#include "event/reason.h"

namespace millrace {
namespace {

constexpr const char* kAbout = R"(Millrace takes in what happens in a shop, and answers.

  millrace demo                        a simulated shop with its page at http://127.0.0.1:8080/
  millrace load visits/                files into the warehouse, exactly once
  millrace run                         serve the page
  millrace sql "SELECT count(*) FROM curated.visits"
  millrace dead-letters list           what was refused, and why
  millrace contracts list              what records mean; contracts of your own for other files
)";

const std::map<std::string, ResultFormat> kFormats = {{"table", ResultFormat::kTable},
                                                      {"json", ResultFormat::kJson},
                                                      {"ndjson", ResultFormat::kNdjson},
                                                      {"csv", ResultFormat::kCsv}};

const std::map<std::string, Compression> kCompressions = {
    {"none", Compression::kNone}, {"gz", Compression::kGzip}, {"zst", Compression::kZstd}};

// Everything that options are written to while words are parsed.
struct Words {
  std::string data_dir = "./millrace-data";
  LoadOptions load;
  SqlOptions sql;
  ExportOptions export_table;
  DeadLettersOptions dead_letters;
  ContractsOptions contracts;
  SimulateOptions simulate;
  RunOptions run;
  DemoOptions demo;
  std::string load_output = "table";
  std::string sql_output = "table";
  std::string export_format = "parquet";
  std::string dead_letters_output = "table";
  std::string contracts_output = "table";
  std::string since;
  std::string until;
  std::string simulate_compression = "none";
};

void add_output(CLI::App& command, std::string& output, const std::string& names) {
  command.add_option("--output", output, "How the answer is written: " + names)->capture_default_str();
}

void add_load(CLI::App& app, Words& words) {
  CLI::App& command = *app.add_subcommand("load", "Load files into the warehouse, exactly once");
  command.footer(
      "\nFiles are plain, gzip or zstd, JSON lines or CSV; what their records are is told by a contract "
      "(see: "
      "millrace\ncontracts), found by itself from the first records. What was loaded before is known by its "
      "bytes and\n"
      "skipped, under whatever name; a file that has grown gives only what is new. Stopped at any moment, "
      "the same\n"
      "command finishes the work. Exit code 4: some records were refused, see millrace dead-letters.\n\n"
      "  millrace load visits/ 'more/*.jsonl.gz'\n"
      "  millrace load --contract sales.yaml sales.csv\n"
      "  zstdcat visits.zst | millrace load -\n");
  command.add_option("PATH", words.load.paths, "Files, folders, globs; - for standard input")->required();
  command.add_option("--contract", words.load.contract,
                     "What the records are: a contract's name, or its file; else told by the first records");
  command.add_flag("--dry-run", words.load.dry_run, "Read, check and count, but store nothing");
  command.add_flag("--again", words.load.again, "Read files that are known, too; known records stay single");
  command.add_flag("--quiet", words.load.quiet, "No progress");
  command.add_option("--workers", words.load.workers, "Connections that load side by side; 0: one a core")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  add_output(command, words.load_output, "table, json");
}

void add_sql(CLI::App& app, Words& words) {
  CLI::App& command = *app.add_subcommand("sql", "Ask the warehouse, read-only");
  command.footer(
      "\n  millrace sql \"SELECT event_type, count(*) FROM curated.events GROUP BY ALL\"\n"
      "  millrace sql --output csv - < question.sql\n");
  command.add_option("STATEMENT", words.sql.text, "One SELECT; - reads it from standard input")->required();
  add_output(command, words.sql_output, "table, json, ndjson, csv");
  command.add_option("--timeout", words.sql.timeout, "Seconds until it is stopped")
      ->check(CLI::Range(1, 86'400))
      ->default_str("60");
  command.add_flag("--raw-csv", words.sql.raw_csv, "CSV cells that start like a formula stay as they are");
}

void add_export(CLI::App& app, Words& words) {
  ExportOptions& options = words.export_table;
  CLI::App& command =
      *app.add_subcommand("export", "A table, or a query's answer, as files for other programs");
  command.footer(
      "\nRows stand in a folder for each day, event_date=2024-07-01/, as pandas, Spark, Polars and DuckDB "
      "read "
      "them.\nThe folder appears when it is whole.\n\n"
      "  millrace export events --to lake\n"
      "  millrace export --query \"SELECT * FROM curated.purchases\" --day event_time --name sales --to "
      "lake\n");
  command.add_option("TABLE", options.table, "A table of curated, such as events; or schema.table");
  command.add_option("--query", options.query, "One SELECT instead of a table");
  command.add_option("--to", options.to, "Folder, made if needed")->required();
  command.add_option("--format", words.export_format, "parquet, csv, ndjson")->capture_default_str();
  command.add_option("--day", options.day,
                     "Column whose day tells the folder; none: one file; else the table's time");
  command.add_option("--name", options.name, "Of the folder in it; else the table's");
  command.add_flag("--overwrite", options.overwrite, "Replace what was exported there before");
  command.add_flag("--raw-csv", options.raw_csv, "CSV cells that start like a formula stay as they are");
  command.add_option("--timeout", options.timeout, "Seconds until it is stopped")
      ->check(CLI::Range(1, 86'400))
      ->default_str("3600");
}

void add_dead_letter_filter(CLI::App& command, Words& words) {
  command.add_option("--reason", words.dead_letters.filter.reason,
                     "Only this reason, such as amount_mismatch");
  command.add_option("--file", words.dead_letters.filter.file, "Only from this file; * and ? match any");
  command.add_option("--since", words.since, "Only received at or after this time (ISO 8601, UTC)");
  command.add_option("--until", words.until, "Only received before this time");
}

void add_dead_letters(CLI::App& app, Words& words) {
  using Action = DeadLettersOptions::Action;
  CLI::App& command = *app.add_subcommand("dead-letters", "What was refused, why, and its exact bytes");
  command.require_subcommand(1);
  const auto on = [&words](CLI::App& sub, Action action) {
    sub.callback([&words, action] { words.dead_letters.action = action; });
  };
  CLI::App& list = *command.add_subcommand("list", "One line each");
  on(list, Action::kList);
  add_dead_letter_filter(list, words);
  list.add_option("--limit", words.dead_letters.limit, "At most so many")->capture_default_str();
  add_output(list, words.dead_letters_output, "table, json, ndjson, csv");

  CLI::App& reasons = *command.add_subcommand("reasons", "How many of each reason");
  on(reasons, Action::kReasons);
  add_dead_letter_filter(reasons, words);
  add_output(reasons, words.dead_letters_output, "table, json, ndjson, csv");

  CLI::App& show = *command.add_subcommand("show", "One dead letter, with its bytes");
  on(show, Action::kShow);
  show.add_option("ID", words.dead_letters.filter.id, "Its dead_letter_id")->required();

  CLI::App& exported = *command.add_subcommand("export", "The exact bytes: a line each, or a file each");
  on(exported, Action::kExport);
  add_dead_letter_filter(exported, words);
  exported.add_option("--to", words.dead_letters.to_folder,
                      "Folder for a file each, named by id; else standard output");
}

void add_contracts(CLI::App& app, Words& words) {
  using Action = ContractsOptions::Action;
  ContractsOptions& options = words.contracts;
  CLI::App& command = *app.add_subcommand("contracts", "What records mean: columns, rules, events, identity");
  command.require_subcommand(1);
  command.footer(
      "\nA contract is a file of YAML in the shape of the Open Data Contract Standard; docs/contracts.md "
      "tells how "
      "to\nwrite one. Where one is meant, give the name of a built-in one or a file. Nothing is stored.\n\n"
      "  millrace contracts show ecom_events > my_shop.yaml\n"
      "  millrace contracts lint my_shop.yaml\n"
      "  millrace contracts test --contract my_shop.yaml events.csv.gz\n");
  const auto add = [&](const std::string& name, Action action, const std::string& about) -> CLI::App& {
    CLI::App& sub = *command.add_subcommand(name, about);
    sub.callback([&options, action] { options.action = action; });
    return sub;
  };
  CLI::App& list = add("list", Action::kList, "The contracts that the program brings");
  add_output(list, words.contracts_output, "table, json");

  CLI::App& show = add("show", Action::kShow, "The file of a contract");
  show.add_option("CONTRACT", options.contracts, "Name or file")->required()->expected(1);

  CLI::App& lint = add("lint", Action::kLint, "All that is wrong with contracts, with its place and remedy");
  lint.footer("\nExit code 3: there are errors.\n\n  millrace contracts lint contracts/*.yaml\n");
  lint.add_option("CONTRACT", options.contracts, "Names or files; - for standard input")->required();
  add_output(lint, words.contracts_output, "table, json");

  CLI::App& diff =
      add("diff", Action::kDiff, "What changes from one version to another, and whether it breaks");
  diff.footer(
      "\nWhat breaks needs a new major version, what is new a minor one, wording a patch.\n"
      "Exit code 3: the version does not say what changed.\n\n  millrace contracts diff old.yaml new.yaml\n");
  diff.add_option("CONTRACTS", options.contracts, "The old one and the new one: names or files")
      ->required()
      ->expected(2);
  add_output(diff, words.contracts_output, "table, json");

  CLI::App& test = add("test", Action::kTest, "What the records of a file would become");
  test.footer(
      "\nThe file is plain, gzip or zstd. Exit code 3: records are refused.\n\n"
      "  millrace contracts test clicks.jsonl\n"
      "  millrace contracts test --contract my_shop.yaml --limit 100 events.csv\n");
  test.add_option("FILE", options.file, "File; - for standard input")->required();
  test.add_option("--contract", options.contract, "Name or file; else told by the names in the file");
  test.add_option("--limit", options.limit, "Show at most so many; the summary is of all")
      ->capture_default_str();
  add_output(test, words.contracts_output, "table, json");
}

void add_simulated_world(CLI::App& command, Words& words) {
  SimulateOptions& simulate = words.simulate;
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

void add_simulate(CLI::App& app, Words& words) {
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
  command.add_option("--shape", words.simulate.shapes, "What to write, or all; several with commas")
      ->delimiter(',')
      ->default_str("visits");
  add_simulated_world(command, words);
  add_spoiling(command, words.simulate);
  command.add_option("--to", words.simulate.to, "Folder for one file a day and shape; else standard output");
  command.add_option("--compress", words.simulate_compression, "none, gz or zst")->capture_default_str();
  command.add_option("--truth", words.simulate.truth_file, "File for the true counts and sums, as JSON");
}

void add_listen(CLI::App& command, RunOptions& options) {
  command.add_option("--listen", options.listen, "Address and port of the page; port 0 takes a free one")
      ->capture_default_str();
  command.add_flag("--insecure-public", options.insecure_public,
                   "Listen even where others reach it: anyone can read the warehouse");
}

void add_run(CLI::App& app, Words& words) {
  CLI::App& command = *app.add_subcommand("run", "Serve the page until stopped");
  add_listen(command, words.run);
}

void add_demo(CLI::App& app, Words& words) {
  CLI::App& command = *app.add_subcommand("demo", "The platform with the visits of a simulated shop");
  add_listen(command, words.demo.run);
  command.add_option("--days", words.demo.days, "Days of visits before today")
      ->check(CLI::Range(1, 3'650))
      ->capture_default_str();
  command.add_option("--seed", words.demo.seed, "The same seed makes the same shop")->capture_default_str();
}

Result<ResultFormat> format_named(const std::string& name) {
  const auto found = kFormats.find(name);
  if (found != kFormats.end()) return found->second;
  return fail(ErrorCode::kInvalidArgument, "--output " + name + ": expected table, json, ndjson or csv");
}

Result<ExportFormat> export_format_named(const std::string& name) {
  if (name == "parquet") return ExportFormat::kParquet;
  if (name == "csv") return ExportFormat::kCsv;
  if (name == "ndjson") return ExportFormat::kNdjson;
  return fail(ErrorCode::kInvalidArgument, "--format " + name + ": expected parquet, csv or ndjson");
}

Status check_export(const ExportOptions& options) {
  if (options.table.empty() == options.query.empty()) {
    return fail(ErrorCode::kInvalidArgument, "export: name a table, or give a --query, one of the two");
  }
  const bool is_name = options.name.find('/') == std::string::npos && !options.name.starts_with('.');
  if (is_name) return {};
  return fail(ErrorCode::kInvalidArgument, "--name " + options.name + ": expected a plain name");
}

// Of commands whose answer is either for people or JSON.
Result<bool> is_json(const std::string& output) {
  if (output == "table" || output == "json") return output == "json";
  return fail(ErrorCode::kInvalidArgument, "--output " + output + ": expected table or json");
}

Result<Compression> compression_named(const std::string& name) {
  const auto found = kCompressions.find(name);
  if (found != kCompressions.end()) return found->second;
  return fail(ErrorCode::kInvalidArgument, "--compress " + name + ": expected none, gz or zst");
}

Result<std::optional<Timestamp>> time_option(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<Timestamp>();
  const auto time = parse_timestamp(text);
  if (!time)
    return fail(ErrorCode::kInvalidArgument,
                option + " " + text + ": expected a time such as 2024-07-01T09:00:00Z");
  return time;
}

Status check_reason(const std::string& reason) {
  std::vector<std::string> codes;
  for (const Reason each : kAllReasons) codes.emplace_back(code(each));
  if (reason.empty() || std::ranges::find(codes, reason) != codes.end()) return {};
  const auto near = nearest_word(reason, codes);
  return fail(ErrorCode::kInvalidArgument, "--reason " + reason + ": there is no such reason" +
                                               (near ? "; did you mean " + *near + "?" : ""));
}

Result<Command> finish(const CLI::App& app, Words& words) {
  const std::string name = app.get_subcommands().front()->get_name();
  if (name == "load") {
    MILLRACE_ASSIGN(words.load.json, is_json(words.load_output));
    return words.load;
  }
  if (name == "sql") {
    MILLRACE_ASSIGN(words.sql.format, format_named(words.sql_output));
    return words.sql;
  }
  if (name == "export") {
    MILLRACE_ASSIGN(words.export_table.format, export_format_named(words.export_format));
    MILLRACE_TRY(check_export(words.export_table));
    return words.export_table;
  }
  if (name == "dead-letters") {
    MILLRACE_ASSIGN(words.dead_letters.format, format_named(words.dead_letters_output));
    MILLRACE_TRY(check_reason(words.dead_letters.filter.reason));
    MILLRACE_ASSIGN(words.dead_letters.filter.since, time_option("--since", words.since));
    MILLRACE_ASSIGN(words.dead_letters.filter.until, time_option("--until", words.until));
    return words.dead_letters;
  }
  if (name == "contracts") {
    MILLRACE_ASSIGN(words.contracts.json, is_json(words.contracts_output));
    return words.contracts;
  }
  if (name == "simulate") {
    MILLRACE_ASSIGN(words.simulate.compression, compression_named(words.simulate_compression));
    return words.simulate;
  }
  if (name == "run") {
    MILLRACE_TRY(check_listen_address(words.run));
    return words.run;
  }
  MILLRACE_TRY(check_listen_address(words.demo.run));
  return words.demo;
}

PrintOnly usage_error(const std::string& message) {
  return {"millrace: " + message + "\nSee millrace --help.\n", kExitUsage};
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

PrintOnly unknown_command(const std::string& word, const std::vector<std::string>& names) {
  const auto near = nearest_word(word, names);
  return usage_error("there is no command " + word + (near ? "; did you mean " + *near + "?" : ""));
}

// Where the first word from `at` on stands that is no option of the program itself; words.size() when none.
std::size_t plain_word(const std::vector<std::string>& words, std::size_t at) {
  while (at < words.size() && words[at].starts_with('-')) at += words[at] == "--data-dir" ? 2U : 1U;
  return std::min(at, words.size());
}

// `help load` as `load --help`.
std::vector<std::string> with_help_as_option(std::vector<std::string> words) {
  const std::size_t at = plain_word(words, 0);
  if (at == words.size() || words[at] != "help") return words;
  if (at + 1 < words.size() && words[at + 1] == "help") return {"--help"};
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  words.emplace_back("--help");
  return words;
}

bool asks_for_help(const std::vector<std::string>& words) {
  return std::ranges::any_of(words, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// What is wrong with the first plain words, when they do not name a command.
std::optional<PrintOnly> unknown_words(const CLI::App& app, const std::vector<std::string>& words) {
  const std::size_t at = plain_word(words, 0);
  if (at == words.size()) return std::nullopt;
  const std::vector<std::string> names = command_names(app);
  if (std::ranges::find(names, words[at]) == names.end()) return unknown_command(words[at], names);

  const std::vector<std::string> actions = command_names(*app.get_subcommand(words[at]));
  const std::size_t next = plain_word(words, at + 1);
  if (actions.empty() || (next == words.size() && asks_for_help(words))) return std::nullopt;
  if (next == words.size()) return usage_error(words[at] + " needs one of: " + listed(actions));
  if (std::ranges::find(actions, words[next]) != actions.end()) return std::nullopt;
  const auto near = nearest_word(words[next], actions);
  return usage_error("there is no " + words[at] + " " + words[next] +
                     (near ? "; did you mean " + *near + "?" : "") + " (one of: " + listed(actions) + ")");
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& given) {
  const std::vector<std::string> words = with_help_as_option(given);
  Words parsed;
  CLI::App app(kAbout, "millrace");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--data-dir", parsed.data_dir, "Folder with everything the platform keeps")
      ->envname("MILLRACE_DATA_DIR")
      ->capture_default_str();
  add_demo(app, parsed);
  add_run(app, parsed);
  add_load(app, parsed);
  add_sql(app, parsed);
  add_export(app, parsed);
  add_dead_letters(app, parsed);
  add_contracts(app, parsed);
  add_simulate(app, parsed);

  if (words.empty()) return {PrintOnly{app.help(), kExitOk}, {}};
  if (auto wrong = unknown_words(app, words)) return {std::move(*wrong), {}};
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return {PrintOnly{out.str(), kExitOk}, {}};
    return {usage_error(error.what()), {}};
  }
  auto command = finish(app, parsed);
  if (!command) return {usage_error(command.error().message), {}};
  return {std::move(*command), parsed.data_dir};
}

}  // namespace millrace
