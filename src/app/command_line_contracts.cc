// contracts: what records mean.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/command_words.h"

namespace millrace {

void add_contract_commands(CLI::App& app, CommandTable& commands) {
  using Action = ContractsOptions::Action;
  struct Words {
    ContractsOptions contracts;
    std::string output = "table";
  };
  const auto words = std::make_shared<Words>();
  ContractsOptions& options = words->contracts;
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
    sub.callback([words, action] { words->contracts.action = action; });
    return sub;
  };
  CLI::App& list = add("list", Action::kList, "The contracts that the program brings");
  add_output(list, words->output, "table, json");

  CLI::App& show = add("show", Action::kShow, "The file of a contract");
  show.add_option("CONTRACT", options.contracts, "Name or file")->required()->expected(1);

  CLI::App& lint = add("lint", Action::kLint, "All that is wrong with contracts, with its place and remedy");
  lint.footer("\nExit code 3: there are errors.\n\n  millrace contracts lint contracts/*.yaml\n");
  lint.add_option("CONTRACT", options.contracts, "Names or files; - for standard input")->required();
  add_output(lint, words->output, "table, json");

  CLI::App& diff =
      add("diff", Action::kDiff, "What changes from one version to another, and whether it breaks");
  diff.footer(
      "\nWhat breaks needs a new major version, what is new a minor one, wording a patch.\n"
      "Exit code 3: the version does not say what changed.\n\n  millrace contracts diff old.yaml new.yaml\n");
  diff.add_option("CONTRACTS", options.contracts, "The old one and the new one: names or files")
      ->required()
      ->expected(2);
  add_output(diff, words->output, "table, json");

  CLI::App& test = add("test", Action::kTest, "What the records of a file would become");
  test.footer(
      "\nThe file is plain, gzip or zstd. Exit code 3: records are refused.\n\n"
      "  millrace contracts test clicks.jsonl\n"
      "  millrace contracts test --contract my_shop.yaml --limit 100 events.csv\n");
  test.add_option("FILE", options.file, "File; - for standard input")->required();
  test.add_option("--contract", options.contract, "Name or file; else told by the names in the file");
  test.add_option("--limit", options.limit, "Show at most so many; the summary is of all")
      ->capture_default_str();
  add_output(test, words->output, "table, json");
  commands["contracts"] = [words]() -> Result<Command> {
    MILLRACE_ASSIGN(words->contracts.json, is_json(words->output));
    return words->contracts;
  };
}

}  // namespace millrace
