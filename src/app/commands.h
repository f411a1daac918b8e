// Runs a parsed command where it can run: in this process, or in the one that owns the data folder.
#pragma once

#include <string>
#include <vector>

#include "app/session.h"
#include "base/clock.h"

namespace millrace {

class Platform;

// Runs the words of a command line to the end and returns the exit code; errors are told on the session's
// err.
int run_command_line(const std::vector<std::string>& words, const Clock& clock, Session& session);

// The same for words that came from another process, on a platform that is open already.
int run_on_platform(const std::vector<std::string>& words, Platform& platform, Session& session);

}  // namespace millrace
