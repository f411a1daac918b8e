#include "app/dead_letters_command.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "app/session_output.h"
#include "app/terminal_text.h"
#include "query/guarded_query.h"

namespace millrace {
namespace {

// To a terminal without what it would obey; else with the exact bytes.
Status show(const DeadLetter& letter, Session& session) {
  const std::string text =
      fmt::format(
          "dead letter  {}\nreason       {}\nmessage      {}\nrefused      the {}\nsource       "
          "{}\nreceived at  {}\n"
          "status       {}\nbytes        {}\n\n",
          letter.id, letter.reason, letter.message, letter.unit, letter.source, letter.received_at,
          letter.status, letter.payload.size()) +
      letter.payload + "\n";
  return session.write(session.out_is_terminal() ? terminal_text(text) : text);
}

Status write_file(const DeadLetter& letter, const std::filesystem::path& folder) {
  const std::string path = (folder / fmt::format("{}.bin", letter.id)).string();
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return fail_errno("cannot write " + path, errno);
  return write_all(file.get(), letter.payload);
}

Status export_letters(const DeadLettersOptions& options, Connection& connection, Session& session) {
  std::size_t count = 0;
  const std::filesystem::path folder = session.folder() / options.to_folder;
  if (!options.to_folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail_errno("cannot create " + folder.string(), errno);
  }
  const Status exported =
      each_dead_letter(connection, options.filter, [&](const DeadLetter& letter) -> Status {
        ++count;
        if (!options.to_folder.empty()) return write_file(letter, folder);
        MILLRACE_TRY(session.write(letter.payload));
        return session.write("\n");
      });
  MILLRACE_TRY(exported);
  session.say("{} dead letters exported\n", count);
  return {};
}

Status show_letters(const DeadLettersOptions& options, Connection& connection, Session& session,
                    std::size_t& count) {
  return each_dead_letter(connection, options.filter, [&](const DeadLetter& letter) {
    ++count;
    return show(letter, session);
  });
}

Status list(const DeadLettersOptions& options, Connection& connection, Session& session) {
  const bool reasons = options.action == DeadLettersOptions::Action::kReasons;
  const std::string sql =
      reasons ? dead_letter_summary_sql(options.filter) : dead_letter_list_sql(options.filter, options.limit);
  SessionOutput output(session);
  return run_query(connection, sql, session_query_options(session, options.format), output);
}

}  // namespace

Result<int> dead_letters(const DeadLettersOptions& options, Warehouse& warehouse, Session& session) {
  MILLRACE_ASSIGN(Connection connection, warehouse.database().connect());
  switch (options.action) {
    case DeadLettersOptions::Action::kList:
    case DeadLettersOptions::Action::kReasons:
      MILLRACE_TRY(list(options, connection, session));
      break;
    case DeadLettersOptions::Action::kExport:
      MILLRACE_TRY(export_letters(options, connection, session));
      break;
    case DeadLettersOptions::Action::kShow: {
      std::size_t count = 0;
      MILLRACE_TRY(show_letters(options, connection, session, count));
      if (count == 0)
        return fail(ErrorCode::kNotFound, fmt::format("there is no dead letter {}", *options.filter.id));
      break;
    }
  }
  return kExitOk;
}

}  // namespace millrace
