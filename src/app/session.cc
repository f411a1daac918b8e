#include "app/session.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace millrace {
namespace {

bool is_broken_pipe(int fd) {
  pollfd state{fd, POLLOUT, 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & POLLERR) != 0;
}

}  // namespace

Session::Session(FileDescriptor in, FileDescriptor out, FileDescriptor err, std::filesystem::path folder,
                 std::stop_token stop)
    : in_(std::move(in)),
      out_(std::move(out)),
      err_(std::move(err)),
      folder_(std::move(folder)),
      stop_(std::move(stop)),
      out_is_terminal_(::isatty(out_.get()) == 1),
      err_is_terminal_(::isatty(err_.get()) == 1) {}

Status Session::write(std::string_view text) {
  Status written = write_all(out_.get(), text);
  if (!written && is_broken_pipe(out_.get())) reader_left_ = true;
  return written;
}

int Session::out_width() const {
  winsize size{};
  if (!out_is_terminal_ || ::ioctl(out_.get(), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace millrace
