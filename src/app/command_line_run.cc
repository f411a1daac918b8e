// run and demo: the platform itself.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/command_words.h"
#include "http/http_server.h"

namespace millrace {
namespace {

void add_listen(CLI::App& command, RunOptions& options) {
  command.add_option("--listen", options.listen, "Address and port of the page; port 0 takes a free one")
      ->capture_default_str();
  command.add_flag("--insecure-public", options.insecure_public,
                   "Listen where others reach it without any token: anyone can read the warehouse");
}

void add_run(CLI::App& app, CommandTable& commands) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App& command = *app.add_subcommand("run", "Serve the page until stopped");
  add_listen(command, *options);
  commands["run"] = [options]() -> Result<Command> {
    MILLRACE_TRY(parse_listen_address(options->listen));
    return *options;
  };
}

void add_demo(CLI::App& app, CommandTable& commands) {
  const auto options = std::make_shared<DemoOptions>();
  CLI::App& command = *app.add_subcommand("demo", "The platform with the visits of a simulated shop");
  add_listen(command, options->run);
  command.add_option("--days", options->days, "Days of visits before today")
      ->check(CLI::Range(1, 3'650))
      ->capture_default_str();
  command.add_option("--seed", options->seed, "The same seed makes the same shop")->capture_default_str();
  commands["demo"] = [options]() -> Result<Command> {
    MILLRACE_TRY(parse_listen_address(options->run.listen));
    return *options;
  };
}

}  // namespace

void add_run_commands(CLI::App& app, CommandTable& commands) {
  add_demo(app, commands);
  add_run(app, commands);
}

}  // namespace millrace
