// millrace tokens: who may send events, read pages, or do everything.
#pragma once

#include <string>

#include "access/token_store.h"
#include "app/session.h"
#include "base/result.h"

namespace millrace {

struct TokensOptions {
  enum class Action { kCreate, kList, kRevoke } action = Action::kList;
  std::string name;           // create, revoke
  Role role = Role::kIngest;  // create
  bool json = false;          // list
};

Result<int> tokens(const TokensOptions& options, TokenStore& store, Session& session);

}  // namespace millrace
