#include "app/tokens_command.h"

#include <fmt/format.h>

#include "app/text_table.h"
#include "base/json_string.h"

namespace millrace {
namespace {

// The secret stands alone on standard output, so that it can go straight into a file.
Result<int> create(const TokensOptions& options, TokenStore& store, Session& session) {
  MILLRACE_ASSIGN(const std::string secret, store.create(options.name, options.role));
  session.say("The token {} ({}); it is shown this once, and only its hash is kept:\n", options.name,
              name(options.role));
  MILLRACE_TRY(session.print("{}\n", secret));
  return kExitOk;
}

std::string json_list(const std::vector<TokenInfo>& tokens) {
  std::string text;
  for (const TokenInfo& token : tokens) {
    text += fmt::format(R"({}{{"name":{},"role":"{}","created":"{}"}})", text.empty() ? "" : ",",
                        json_quoted(token.name), name(token.role), format_timestamp(token.created));
  }
  return "[" + text + "]\n";
}

Result<int> list(const TokensOptions& options, const TokenStore& store, Session& session) {
  const std::vector<TokenInfo> tokens = store.tokens();
  if (options.json) {
    MILLRACE_TRY(session.write(json_list(tokens)));
    return kExitOk;
  }
  TextTable table({{"name"}, {"role"}, {"created"}});
  for (const TokenInfo& token : tokens)
    table.add({token.name, std::string(name(token.role)), format_timestamp(token.created)});
  MILLRACE_TRY(session.write(table.text()));
  return kExitOk;
}

Result<int> revoke(const TokensOptions& options, TokenStore& store, Session& session) {
  MILLRACE_TRY(store.revoke(options.name));
  session.say("The token {} is refused from now on.\n", options.name);
  return kExitOk;
}

}  // namespace

Result<int> tokens(const TokensOptions& options, TokenStore& store, Session& session) {
  switch (options.action) {
    case TokensOptions::Action::kCreate:
      return create(options, store, session);
    case TokensOptions::Action::kList:
      return list(options, store, session);
    case TokensOptions::Action::kRevoke:
      return revoke(options, store, session);
  }
  return kExitUsage;
}

}  // namespace millrace
