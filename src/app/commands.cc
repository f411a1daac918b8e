#include "app/commands.h"

#include <algorithm>
#include <thread>

#include "app/command_line.h"
#include "app/control_socket.h"
#include "app/data_folder.h"
#include "base/limits.h"
#include "warehouse/warehouse.h"

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

// The commands that need the warehouse and nothing else: they run in whichever process has it open.
std::optional<Result<int>> run_on(Warehouse& warehouse, const Command& command, const Clock& clock,
                                  Session& session) {
  return std::visit(
      Overloaded{
          [&](const LoadOptions& options) { return std::optional(load(options, warehouse, clock, session)); },
          [&](const SqlOptions& options) { return std::optional(sql(options, warehouse, session)); },
          [&](const ExportOptions& options) {
            return std::optional(export_table(options, warehouse, session));
          },
          [&](const DeadLettersOptions& options) {
            return std::optional(dead_letters(options, warehouse, session));
          },
          [](const auto&) { return std::optional<Result<int>>(); }},
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
  MILLRACE_ASSIGN(const std::unique_ptr<Warehouse> warehouse,
                  Warehouse::open(folder.warehouse_file(), database_options(line.command)));
  if (auto done = run_on(*warehouse, line.command, clock, session)) return *done;
  if (const auto* options_of_run = std::get_if<RunOptions>(&line.command)) {
    return run(*options_of_run, folder, *warehouse, clock, session);
  }
  return demo(std::get<DemoOptions>(line.command), folder, *warehouse, clock, session);
}

bool can_run_remotely(const Command& command) {
  return !std::holds_alternative<RunOptions>(command) && !std::holds_alternative<DemoOptions>(command);
}

// Asking is no reason to make a data folder.
bool only_reads(const Command& command) {
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
  const auto folder = DataFolder::open(path);
  if (folder) return run_in_folder(line, *folder, clock, session);
  if (folder.error().code != ErrorCode::kConflict || !can_run_remotely(line.command)) {
    return std::unexpected(folder.error());
  }
  auto code = run_remotely(path, words, session.stop());
  if (!code && code.error().code == ErrorCode::kUnavailable) return std::unexpected(folder.error());
  return code;
}

}  // namespace

int run_command_line(const std::vector<std::string>& words, const Clock& clock, Session& session) {
  const CommandLine line = parse_command_line(words);
  if (const auto* text = std::get_if<PrintOnly>(&line.command)) return print(*text, session);
  if (const auto* options = std::get_if<SimulateOptions>(&line.command))
    return tell(simulate(*options, session), session);
  if (const auto* options = std::get_if<ContractsOptions>(&line.command))
    return tell(contracts(*options, clock, session), session);
  return tell(run_with_folder(words, line, clock, session), session);
}

int run_on_open_warehouse(const std::vector<std::string>& words, Warehouse& warehouse, const Clock& clock,
                          Session& session) {
  const CommandLine line = parse_command_line(words);
  if (const auto* text = std::get_if<PrintOnly>(&line.command)) return print(*text, session);
  if (auto done = run_on(warehouse, line.command, clock, session)) return tell(*done, session);
  session.say("millrace: this command cannot run inside another process\n");
  return kExitUsage;
}

}  // namespace millrace
