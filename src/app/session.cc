#include "app/session.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace millrace {

Session::Session(FileDescriptor in, FileDescriptor out, FileDescriptor err, std::filesystem::path folder,
                 std::stop_token stop)
    : in_(std::move(in)),
      out_(std::move(out)),
      err_(std::move(err)),
      folder_(std::move(folder)),
      stop_(std::move(stop)),
      out_is_terminal_(::isatty(out_.get()) == 1),
      err_is_terminal_(::isatty(err_.get()) == 1) {}

int Session::out_width() const {
  winsize size{};
  if (!out_is_terminal_ || ::ioctl(out_.get(), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace millrace
