#include "app/sql_command.h"

#include <array>

#include "app/session_output.h"
#include "base/limits.h"

namespace millrace {
namespace {

Result<std::string> read_statement(Session& session) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    MILLRACE_ASSIGN(const std::size_t count, read_some(session.in(), buffer));
    if (count == 0) return text;
    text.append(buffer.data(), count);
    if (text.size() > kStatementSizeMax) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the statement has more than {} bytes", kStatementSizeMax));
    }
  }
}

}  // namespace

Result<int> sql(const SqlOptions& options, Warehouse& warehouse, Session& session) {
  std::string text = options.text;
  if (text == "-") {
    MILLRACE_ASSIGN(text, read_statement(session));
  }
  MILLRACE_ASSIGN(Connection connection, warehouse.database().connect());
  QueryOptions query = session_query_options(session, options.format);
  query.timeout = options.timeout;
  query.guard_csv_formulas = !options.raw_csv;
  SessionOutput output(session);
  MILLRACE_TRY(run_query(connection, text, query, output));
  return kExitOk;
}

}  // namespace millrace
