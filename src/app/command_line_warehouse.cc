// load, sql, export, dead-letters: what works on the warehouse.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/command_words.h"
#include "base/nearest_word.h"
#include "event/reason.h"

namespace millrace {
namespace {

void add_load(CLI::App& app, CommandTable& commands) {
  struct Words {
    LoadOptions load;
    std::string output = "table";
  };
  const auto words = std::make_shared<Words>();
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
  command.add_option("PATH", words->load.paths, "Files, folders, globs; - for standard input")->required();
  command.add_option("--contract", words->load.contract,
                     "What the records are: a contract's name, or its file; else told by the first records");
  command.add_flag("--dry-run", words->load.dry_run, "Read, check and count, but store nothing");
  command.add_flag("--again", words->load.again, "Read files that are known, too; known records stay single");
  command.add_flag("--quiet", words->load.quiet, "No progress");
  command.add_option("--workers", words->load.workers, "Connections that load side by side; 0: one a core")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  add_output(command, words->output, "table, json");
  commands["load"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->load.json, is_json(words->output));
    return words->load;
  };
}

void add_sql(CLI::App& app, CommandTable& commands) {
  struct Words {
    SqlOptions sql;
    std::string output = "table";
  };
  const auto words = std::make_shared<Words>();
  CLI::App& command = *app.add_subcommand("sql", "Ask the warehouse, read-only");
  command.footer(
      "\n  millrace sql \"SELECT event_type, count(*) FROM curated.events GROUP BY ALL\"\n"
      "  millrace sql --output csv - < question.sql\n");
  command.add_option("STATEMENT", words->sql.text, "One SELECT; - reads it from standard input")->required();
  add_output(command, words->output, "table, json, ndjson, csv");
  command.add_option("--timeout", words->sql.timeout, "Seconds until it is stopped")
      ->check(CLI::Range(1, 86'400))
      ->default_str("60");
  command.add_flag("--raw-csv", words->sql.raw_csv, "CSV cells that start like a formula stay as they are");
  commands["sql"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->sql.format, format_named(words->output));
    return words->sql;
  };
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

void add_export(CLI::App& app, CommandTable& commands) {
  struct Words {
    ExportOptions export_table;
    std::string format = "parquet";
  };
  const auto words = std::make_shared<Words>();
  ExportOptions& options = words->export_table;
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
  command.add_option("--format", words->format, "parquet, csv, ndjson")->capture_default_str();
  command.add_option("--day", options.day,
                     "Column whose day tells the folder; none: one file; else the table's time");
  command.add_option("--name", options.name, "Of the folder in it; else the table's");
  command.add_flag("--overwrite", options.overwrite, "Replace what was exported there before");
  command.add_flag("--raw-csv", options.raw_csv, "CSV cells that start like a formula stay as they are");
  command.add_option("--timeout", options.timeout, "Seconds until it is stopped")
      ->check(CLI::Range(1, 86'400))
      ->default_str("3600");
  commands["export"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->export_table.format, export_format_named(words->format));
    MILLRACE_TRY(check_export(words->export_table));
    return words->export_table;
  };
}

struct DeadLetterWords {
  DeadLettersOptions options;
  std::string output = "table";
  std::string since;
  std::string until;
};

void add_dead_letter_filter(CLI::App& command, DeadLetterWords& words) {
  command.add_option("--reason", words.options.filter.reason, "Only this reason, such as amount_mismatch");
  command.add_option("--file", words.options.filter.file, "Only from this file; * and ? match any");
  command.add_option("--since", words.since, "Only received at or after this time (ISO 8601, UTC)");
  command.add_option("--until", words.until, "Only received before this time");
}

Status check_reason(const std::string& reason) {
  std::vector<std::string> codes;
  for (const Reason each : kAllReasons) codes.emplace_back(code(each));
  if (reason.empty() || std::ranges::find(codes, reason) != codes.end()) return {};
  const auto near = nearest_word(reason, codes);
  return fail(ErrorCode::kInvalidArgument, "--reason " + reason + ": there is no such reason" +
                                               (near ? "; did you mean " + *near + "?" : ""));
}

void add_dead_letters(CLI::App& app, CommandTable& commands) {
  const auto words = std::make_shared<DeadLetterWords>();
  using Action = DeadLettersOptions::Action;
  CLI::App& command = *app.add_subcommand("dead-letters", "What was refused, why, and its exact bytes");
  command.require_subcommand(1);
  const auto on = [words](CLI::App& sub, Action action) {
    sub.callback([words, action] { words->options.action = action; });
  };
  CLI::App& list = *command.add_subcommand("list", "One line each");
  on(list, Action::kList);
  add_dead_letter_filter(list, *words);
  list.add_option("--limit", words->options.limit, "At most so many")->capture_default_str();
  add_output(list, words->output, "table, json, ndjson, csv");

  CLI::App& reasons = *command.add_subcommand("reasons", "How many of each reason");
  on(reasons, Action::kReasons);
  add_dead_letter_filter(reasons, *words);
  add_output(reasons, words->output, "table, json, ndjson, csv");

  CLI::App& show = *command.add_subcommand("show", "One dead letter, with its bytes");
  on(show, Action::kShow);
  show.add_option("ID", words->options.filter.id, "Its dead_letter_id")->required();

  CLI::App& exported = *command.add_subcommand("export", "The exact bytes: a line each, or a file each");
  on(exported, Action::kExport);
  add_dead_letter_filter(exported, *words);
  exported.add_option("--to", words->options.to_folder,
                      "Folder for a file each, named by id; else standard output");
  commands["dead-letters"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->options.format, format_named(words->output));
    MILLRACE_TRY(check_reason(words->options.filter.reason));
    MILLRACE_ASSIGN(words->options.filter.since, time_option("--since", words->since));
    MILLRACE_ASSIGN(words->options.filter.until, time_option("--until", words->until));
    return words->options;
  };
}

}  // namespace

void add_warehouse_commands(CLI::App& app, CommandTable& commands) {
  add_load(app, commands);
  add_sql(app, commands);
  add_export(app, commands);
  add_dead_letters(app, commands);
}

}  // namespace millrace
