#include "app/control_socket.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

namespace millrace {
namespace {

TEST(ControlSocket, WhatACommandThrowsEndsOnlyThatCommand) {
  std::string folder = (std::filesystem::temp_directory_path() / "millrace-test-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    const auto server =
        ControlServer::start(folder, [](const std::vector<std::string>& words, Session&) -> int {
          if (words[0] == "throw") throw std::runtime_error("thrown by a command of a test");
          return 7;
        });
    ASSERT_TRUE(server.has_value()) << server.error().message;
    EXPECT_EQ(run_remotely(folder, {"throw"}, {}).value_or(-1), kExitFailed);
    EXPECT_EQ(run_remotely(folder, {"go on"}, {}).value_or(-1), 7);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millrace
