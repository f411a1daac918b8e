#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <sstream>

#include "app/command_words.h"
#include "app/version.h"
#include "base/nearest_word.h"

namespace millrace {
namespace {

constexpr const char* kAbout = R"(Millrace takes in what happens in a shop, and answers.

  millrace demo                        a simulated shop with its page at http://127.0.0.1:8080/
  millrace load visits/                files into the warehouse, exactly once
  millrace run                         serve the page
  millrace sql "SELECT count(*) FROM curated.visits"
  millrace dead-letters list           what was refused, and why
  millrace publish clicks clicks.jsonl a record of each line in a durable topic
  millrace topics list                 the topics, and what stands in them
  millrace tokens create me --role admin  who may ask the server for what
  millrace contracts list              what records mean; contracts of your own for other files
)";

const std::map<std::string, ResultFormat> kFormats = {{"table", ResultFormat::kTable},
                                                      {"json", ResultFormat::kJson},
                                                      {"ndjson", ResultFormat::kNdjson},
                                                      {"csv", ResultFormat::kCsv}};

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

void add_output(CLI::App& command, std::string& output, const std::string& names) {
  command.add_option("--output", output, "How the answer is written: " + names)->capture_default_str();
}

Result<ResultFormat> format_named(const std::string& name) {
  const auto found = kFormats.find(name);
  if (found != kFormats.end()) return found->second;
  return fail(ErrorCode::kInvalidArgument, "--output " + name + ": expected table, json, ndjson or csv");
}

Result<bool> is_json(const std::string& output) {
  if (output == "table" || output == "json") return output == "json";
  return fail(ErrorCode::kInvalidArgument, "--output " + output + ": expected table or json");
}

Result<std::optional<Timestamp>> time_option(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<Timestamp>();
  const auto time = parse_timestamp(text);
  if (!time)
    return fail(ErrorCode::kInvalidArgument,
                option + " " + text + ": expected a time such as 2024-07-01T09:00:00Z");
  return time;
}

CommandLine parse_command_line(const std::vector<std::string>& given) {
  const std::vector<std::string> words = with_help_as_option(given);
  std::string data_dir = "./millrace-data";
  CLI::App app(kAbout, "millrace");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--data-dir", data_dir, "Folder with everything the platform keeps")
      ->envname("MILLRACE_DATA_DIR")
      ->capture_default_str();
  CommandTable commands;
  add_run_commands(app, commands);
  add_warehouse_commands(app, commands);
  add_topic_commands(app, commands);
  add_token_commands(app, commands);
  add_contract_commands(app, commands);
  add_simulate_command(app, commands);

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
  auto command = commands.at(app.get_subcommands().front()->get_name())();
  if (!command) return {usage_error(command.error().message), {}};
  return {std::move(*command), data_dir};
}

}  // namespace millrace
