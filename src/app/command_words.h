// How a command takes part in the command line: it adds its words to the parser and, when they have been
// read, makes its options of them. One file a family of commands: command_line_*.cc.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/command_line.h"
#include "base/result.h"
#include "base/time.h"
#include "query/result_format.h"

namespace CLI {
class App;
}

namespace millrace {

// What has been read of a command, as its options. kInvalidArgument says which word is wrong and what is
// expected.
using CommandFinisher = std::function<Result<Command>()>;
using CommandTable = std::map<std::string, CommandFinisher>;  // by the command's name

void add_warehouse_commands(CLI::App& app, CommandTable& commands);
void add_contract_commands(CLI::App& app, CommandTable& commands);
void add_topic_commands(CLI::App& app, CommandTable& commands);
void add_simulate_command(CLI::App& app, CommandTable& commands);
void add_token_commands(CLI::App& app, CommandTable& commands);
void add_run_commands(CLI::App& app, CommandTable& commands);

// Options that several commands have.
void add_output(CLI::App& command, std::string& output, const std::string& names);
Result<ResultFormat> format_named(const std::string& name);
Result<bool> is_json(const std::string& output);  // of answers that are either for people or JSON
Result<std::optional<Timestamp>> time_option(const std::string& option, const std::string& text);

}  // namespace millrace
