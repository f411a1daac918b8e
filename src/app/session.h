// One run of one command: where it reads and writes, where it stands, and when to stop. The command may have
// been typed in another process: its descriptors then came over the control socket.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace millrace {

class Session {
 public:
  Session(FileDescriptor in, FileDescriptor out, FileDescriptor err, std::filesystem::path folder,
          std::stop_token stop);

  int in() const { return in_.get(); }
  const std::filesystem::path& folder() const { return folder_; }  // relative paths start here
  const std::stop_token& stop() const { return stop_; }

  bool out_is_terminal() const { return out_is_terminal_; }
  bool err_is_terminal() const { return err_is_terminal_; }
  int out_width() const;  // columns of the terminal; 0 when it is none

  // Data goes to out, talk to err. A reader that has gone away is an error, and remembered.
  Status write(std::string_view text);
  bool reader_left() const { return reader_left_; }
  template <typename... Args>
  Status print(fmt::format_string<Args...> format, Args&&... args) {
    return write(fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    (void)write_all(err_.get(), fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  FileDescriptor in_;
  FileDescriptor out_;
  FileDescriptor err_;
  std::filesystem::path folder_;
  std::stop_token stop_;
  bool out_is_terminal_;
  bool err_is_terminal_;
  bool reader_left_ = false;
};

// What a command ends with.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,
  kExitUsage = 2,
  kExitChecksFailed = 3,
  kExitPartial = 4,
  kExitInterrupted = 130,
};

}  // namespace millrace
