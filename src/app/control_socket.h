// How a command reaches the process that owns the data folder: a Unix socket in the folder carries its words
// and its open descriptors, the owner runs it on them, and the exit code comes back. Interrupting the
// command, or ending it, stops it in the owner as well.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/session.h"
#include "base/result.h"

namespace millrace {

// Runs a command's words on a session, and returns its exit code.
using CommandRunner = std::function<int(const std::vector<std::string>& words, Session& session)>;

// Serves a data folder until destroyed; each command has a thread of its own, at most kControlCommandsMax at
// once.
class ControlServer {
 public:
  static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& data_folder,
                                                      CommandRunner runner);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  class Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Has the owner of the data folder run a command on this process's descriptors; its exit code. kUnavailable
// when nobody listens there.
Result<int> run_remotely(const std::filesystem::path& data_folder, const std::vector<std::string>& words,
                         std::stop_token stop);

}  // namespace millrace
