// tokens: who may ask the server for what.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/command_words.h"

namespace millrace {
namespace {

struct TokenWords {
  TokensOptions options;
  std::string role;
  std::string output = "table";
};

Result<Role> role_of(const std::string& text) {
  if (const auto role = role_named(text)) return *role;
  return fail(ErrorCode::kInvalidArgument, "--role " + text + ": expected ingest, viewer or admin");
}

Result<Command> finish_tokens(TokenWords& words) {
  if (words.options.action == TokensOptions::Action::kCreate) {
    MILLRACE_ASSIGN(words.options.role, role_of(words.role));
  }
  MILLRACE_ASSIGN(words.options.json, is_json(words.output));
  return words.options;
}

}  // namespace

void add_token_commands(CLI::App& app, CommandTable& commands) {
  using Action = TokensOptions::Action;
  const auto words = std::make_shared<TokenWords>();
  CLI::App& command = *app.add_subcommand("tokens", "Who may send events, read pages, or do everything");
  command.require_subcommand(1);
  command.footer(
      "\nWhile there is any token, each request must bring one. Changes take effect at once, in a server "
      "that "
      "runs, too.\n\n"
      "  millrace tokens create shop --role ingest     sends events and reads nothing: may stand in a page\n"
      "  millrace tokens create office --role viewer   reads pages, numbers and SQL\n"
      "  millrace tokens create me --role admin > me.token\n");
  const auto add = [&](const std::string& name, Action action, const std::string& about) -> CLI::App& {
    CLI::App& sub = *command.add_subcommand(name, about);
    sub.callback([words, action] { words->options.action = action; });
    return sub;
  };
  CLI::App& create = add("create", Action::kCreate, "A new token, shown this once");
  create.add_option("NAME", words->options.name, "To revoke it by")->required();
  create.add_option("--role", words->role, "ingest, viewer or admin")->required();
  add_output(add("list", Action::kList, "Names, roles and when they were made"), words->output,
             "table, json");
  add("revoke", Action::kRevoke, "Refuses a token from now on")
      .add_option("NAME", words->options.name, "Of the token")
      ->required();
  commands["tokens"] = [words] { return finish_tokens(*words); };
}

}  // namespace millrace
