// The program: words in, exit code out. Ctrl-C and SIGTERM ask the command to stop at a point where
// everything stored is whole; a second one ends the process at once, which is as safe, only less polite.
#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/session.h"
#include "base/clock.h"

namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

void wait_for_stop_signals(std::stop_source stop) {
  const sigset_t signals = stop_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  stop.request_stop();
  sigwait(&signals, &signal);
  _exit(128 + signal);
}

// Large blocks go back to the system when they are freed. Left to itself, glibc moves the bounds up with use,
// and then each thread's arena keeps tens of megabytes after one large body.
void return_large_blocks() {
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  return_large_blocks();
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(077);

  std::stop_source stop;
  std::thread(wait_for_stop_signals, stop).detach();

  const std::vector<std::string> words(argv + 1, argv + argc);
  const millrace::SystemClock clock;
  millrace::Session session(millrace::FileDescriptor(STDIN_FILENO), millrace::FileDescriptor(STDOUT_FILENO),
                            millrace::FileDescriptor(STDERR_FILENO), std::filesystem::current_path(),
                            stop.get_token());
  return millrace::run_command_line(words, clock, session);
}
