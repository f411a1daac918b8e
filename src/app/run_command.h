// millrace run: the platform with its page, until it is stopped.
#pragma once

#include <functional>
#include <string>

#include "app/platform.h"
#include "app/session.h"

namespace millrace {

struct RunOptions {
  std::string listen = "127.0.0.1:8080";
  bool insecure_public = false;  // on an address that others reach, too
};

// kInvalidArgument when others would reach the address, there is no token that they would need, and nobody
// said that they may do without.
Status check_exposure(const RunOptions& options, bool has_tokens);

// `prepare` runs once the address is taken, before it is told; any code of it but kExitOk ends the run.
Result<int> run(const RunOptions& options, Platform& platform, Session& session,
                const std::function<Result<int>()>& prepare = {});

}  // namespace millrace
