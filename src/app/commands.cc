#include "app/commands.h"

#include <algorithm>
#include <thread>

#include "app/command_line.h"
#include "app/control_socket.h"
#include "app/data_folder.h"
#include "app/live_command.h"
#include "app/platform.h"
#include "app/topic_record_sender.h"
#include "base/limits.h"

namespace millrace {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

int tell(const Result<int>& result, Session& session) {
  if (result) return *result;
  if (session.reader_left() && result.error().code == ErrorCode::kIo) return kExitOk;
  session.say("millrace: {}\n", result.error().message);
  switch (result.error().code) {
    case ErrorCode::kInvalidArgument:
      return kExitUsage;
    case ErrorCode::kCancelled:
      return session.stop().stop_requested() ? kExitInterrupted : kExitFailed;
    default:
      return kExitFailed;
  }
}

int print(const PrintOnly& text, Session& session) {
  if (text.exit_code == 0) {
    (void)session.write(text.text);
  } else {
    session.say("{}", text.text);
  }
  return text.exit_code;
}

// The commands that need a data folder: they run in whichever process has it open.
template <typename Run>
Result<int> on_warehouse(Platform& platform, const Run& run_it) {
  const auto warehouse = platform.warehouse();
  if (!warehouse) return std::unexpected(warehouse.error());
  return run_it(**warehouse);
}

template <typename Run>
Result<int> on_log(Platform& platform, const Run& run_it) {
  const auto log = platform.log();
  if (!log) return std::unexpected(log.error());
  return run_it(**log);
}

// Nothing for a command that is the process that has it open.
std::optional<Result<int>> run_on(Platform& platform, const Command& command, Session& session) {
  using Ran = std::optional<Result<int>>;
  const auto warehouse_command = [&](const auto& run_it) -> Ran { return on_warehouse(platform, run_it); };
  const auto log_command = [&](const auto& run_it) -> Ran { return on_log(platform, run_it); };
  return std::visit(
      Overloaded{
          [&](const LoadOptions& options) {
            return warehouse_command(
                [&](Warehouse& each) { return load(options, each, platform.clock(), session); });
          },
          [&](const SqlOptions& options) {
            return warehouse_command([&](Warehouse& each) { return sql(options, each, session); });
          },
          [&](const ExportOptions& options) {
            return warehouse_command([&](Warehouse& each) { return export_table(options, each, session); });
          },
          [&](const DeadLettersOptions& options) {
            return warehouse_command([&](Warehouse& each) { return dead_letters(options, each, session); });
          },
          [&](const TopicsOptions& options) {
            return log_command([&](TopicLog& log) { return topics(options, log, session); });
          },
          [&](const PublishOptions& options) {
            return log_command([&](TopicLog& log) { return publish(options, log, session); });
          },
          [&](const TokensOptions& options) -> Ran {
            const auto store = platform.tokens();
            if (!store) return std::unexpected(store.error());
            return tokens(options, **store, session);
          },
          [&](const SimulateOptions& options) {
            return log_command([&](TopicLog& log) {
              TopicRecordSender sender(log);
              return simulate_live(options, sender, platform.clock(), session);
            });
          },
          [](const auto&) { return Ran(); }},
      command);
}

// A load brings its own workers, and has the memory to itself.
DatabaseOptions database_options(const Command& command) {
  if (std::holds_alternative<LoadOptions>(command))
    return {.memory_limit_bytes = kLoadMemoryMax, .threads = 1};
  return {.memory_limit_bytes = kServeMemoryMax,
          .threads = std::max(1u, std::thread::hardware_concurrency())};
}

Result<int> run_in_folder(const CommandLine& line, const DataFolder& folder, const Clock& clock,
                          Session& session) {
  Platform platform(folder, clock, database_options(line.command));
  if (auto done = run_on(platform, line.command, session)) return *done;
  if (const auto* options_of_run = std::get_if<RunOptions>(&line.command)) {
    return run(*options_of_run, platform, session);
  }
  return demo(std::get<DemoOptions>(line.command), platform, session);
}

const RunOptions* run_options(const Command& command) {
  if (const auto* demo = std::get_if<DemoOptions>(&command)) return &demo->run;
  return std::get_if<RunOptions>(&command);
}

bool can_run_remotely(const Command& command) {
  return !std::holds_alternative<RunOptions>(command) && !std::holds_alternative<DemoOptions>(command);
}

// Asking is no reason to make a data folder.
bool only_reads(const Command& command) {
  if (const auto* topics = std::get_if<TopicsOptions>(&command)) {
    return topics->action != TopicsOptions::Action::kCreate;
  }
  if (const auto* tokens = std::get_if<TokensOptions>(&command)) {
    return tokens->action != TokensOptions::Action::kCreate;
  }
  return std::holds_alternative<SqlOptions>(command) || std::holds_alternative<ExportOptions>(command) ||
         std::holds_alternative<DeadLettersOptions>(command);
}

Result<int> run_with_folder(const std::vector<std::string>& words, const CommandLine& line,
                            const Clock& clock, Session& session) {
  const std::filesystem::path path = session.folder() / line.data_dir;
  if (std::error_code error; only_reads(line.command) && !std::filesystem::exists(path, error)) {
    return fail(ErrorCode::kNotFound, "there is no data folder at " + path.lexically_normal().string() +
                                          "; load something first, or name another with --data-dir");
  }
  if (const RunOptions* options = run_options(line.command)) {
    std::error_code error;
    // Where there is no folder there are no tokens, and a refusal makes none.
    if (!std::filesystem::exists(path, error)) MILLRACE_TRY(check_exposure(*options, false));
  }
  const auto folder = DataFolder::open(path);
  if (folder) return run_in_folder(line, *folder, clock, session);
  if (folder.error().code != ErrorCode::kConflict || !can_run_remotely(line.command)) {
    return std::unexpected(folder.error());
  }
  auto code = run_remotely(path, words, session.stop());
  if (!code && code.error().code == ErrorCode::kUnavailable) return std::unexpected(folder.error());
  return code;
}

Result<int> simulate_to_address(const SimulateOptions& options, const Clock& clock, Session& session) {
  MILLRACE_ASSIGN(const std::unique_ptr<RecordSender> sender, sender_to_address(options, session));
  return simulate_live(options, *sender, clock, session);
}

}  // namespace

int run_command_line(const std::vector<std::string>& words, const Clock& clock, Session& session) {
  const CommandLine line = parse_command_line(words);
  if (const auto* text = std::get_if<PrintOnly>(&line.command)) return print(*text, session);
  if (const auto* options = std::get_if<SimulateOptions>(&line.command)) {
    if (!options->visits_per_minute) return tell(simulate(*options, session), session);
    if (goes_to_address(*options)) return tell(simulate_to_address(*options, clock, session), session);
  }
  if (const auto* options = std::get_if<ContractsOptions>(&line.command))
    return tell(contracts(*options, clock, session), session);
  return tell(run_with_folder(words, line, clock, session), session);
}

int run_on_platform(const std::vector<std::string>& words, Platform& platform, Session& session) {
  const CommandLine line = parse_command_line(words);
  if (const auto* text = std::get_if<PrintOnly>(&line.command)) return print(*text, session);
  if (auto done = run_on(platform, line.command, session)) return tell(*done, session);
  session.say("millrace: this command cannot run inside another process\n");
  return kExitUsage;
}

}  // namespace millrace
