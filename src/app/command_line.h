// The words of a command line, understood: which command with which options.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "app/contracts_command.h"
#include "app/dead_letters_command.h"
#include "app/demo_command.h"
#include "app/export_command.h"
#include "app/load_command.h"
#include "app/publish_command.h"
#include "app/run_command.h"
#include "app/simulate_command.h"
#include "app/sql_command.h"
#include "app/tokens_command.h"
#include "app/topics_command.h"

namespace millrace {

// Nothing to do but to print: help, the version, or what is wrong with the words.
struct PrintOnly {
  std::string text;
  int exit_code = 0;
};

using Command =
    std::variant<PrintOnly, LoadOptions, SqlOptions, ExportOptions, DeadLettersOptions, ContractsOptions,
                 TopicsOptions, PublishOptions, TokensOptions, SimulateOptions, RunOptions, DemoOptions>;

struct CommandLine {
  Command command;
  std::filesystem::path data_dir;
};

CommandLine parse_command_line(const std::vector<std::string>& words);

}  // namespace millrace
