#include "app/control_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "base/file_descriptor.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr int kDescriptors = 3;  // in, out, err
constexpr char kStopByte = 's';

// The address of the folder's socket. A path may be longer than a socket address holds, so it goes by way of
// the folder's descriptor, which must stay open meanwhile.
struct SocketAddress {
  FileDescriptor folder;
  sockaddr_un address{};

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

Result<SocketAddress> socket_address(const std::filesystem::path& data_folder) {
  SocketAddress result;
  result.folder = FileDescriptor(::open(data_folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!result.folder.is_open()) return fail_errno("cannot open " + data_folder.string(), errno);
  result.address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/control.sock", result.folder.get());
  std::memcpy(result.address.sun_path, path.c_str(), path.size() + 1);
  return result;
}

// A message: the folder to stand in and the words, each ended by a null character.
std::string encode(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  std::string message = folder.string() + '\0';
  for (const std::string& word : words) message += word + '\0';
  return message;
}

std::vector<std::string> decode(std::string_view message) {
  std::vector<std::string> words;
  while (!message.empty()) {
    const std::size_t end = message.find('\0');
    words.emplace_back(message.substr(0, end));
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  return words;
}

struct DescriptorMessage {
  std::uint32_t size = 0;
  std::array<FileDescriptor, kDescriptors> descriptors;
};

Status send_descriptors(int socket, std::uint32_t size) {
  const std::array<int, kDescriptors> fds = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  iovec data{&size, sizeof(size)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(fds))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(fds));
  std::memcpy(CMSG_DATA(header), fds.data(), sizeof(fds));
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof(size))) {
    return fail_errno("cannot reach the running millrace", errno);
  }
  return {};
}

std::optional<DescriptorMessage> receive_descriptors(int socket) {
  DescriptorMessage result;
  std::array<int, kDescriptors> fds{-1, -1, -1};
  iovec data{&result.size, sizeof(result.size)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(fds))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof(result.size)))
    return std::nullopt;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(fds))) {
    return std::nullopt;
  }
  std::memcpy(fds.data(), CMSG_DATA(header), sizeof(fds));
  for (std::size_t i = 0; i < kDescriptors; ++i) result.descriptors[i] = FileDescriptor(fds[i]);
  return result;
}

std::optional<std::string> receive_exactly(int socket, std::size_t size) {
  std::string text(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = read_some(socket, std::span(text).subspan(filled));
    if (!count || *count == 0) return std::nullopt;
    filled += *count;
  }
  return text;
}

}  // namespace

class ControlServer::Impl {
 public:
  Impl(FileDescriptor listener, CommandRunner runner, std::filesystem::path socket_path)
      : listener_(std::move(listener)), runner_(std::move(runner)), socket_path_(std::move(socket_path)) {
    acceptor_ = std::jthread([this](std::stop_token stop) { accept_all(std::move(stop)); });
  }

  ~Impl() {
    acceptor_.request_stop();
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    commands_.clear();  // asks each to stop, and waits
    std::error_code ignored;
    std::filesystem::remove(socket_path_, ignored);
  }

 private:
  struct Command {
    std::atomic<bool> done = false;
    std::jthread thread;
  };

  void accept_all(std::stop_token stop) {
    while (!stop.stop_requested()) {
      FileDescriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      std::erase_if(commands_, [](const auto& command) { return command->done.load(); });
      if (!client.is_open()) {
        if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(100));
        continue;
      }
      if (commands_.size() >= kControlCommandsMax) continue;  // hangs up
      auto& command = *commands_.emplace_back(std::make_unique<Command>());
      command.thread =
          std::jthread([this, &command, client = std::move(client)](std::stop_token closing) mutable {
            serve(client.get(), std::move(closing));
            client.reset();
            command.done = true;
          });
    }
  }

  void serve(int client, std::stop_token closing) {
    std::optional<std::stop_callback<std::function<void()>>> hang_up(std::in_place, closing, [client] {
      ::shutdown(client, SHUT_RDWR);
    });  // on a caller that says nothing
    auto message = receive_descriptors(client);
    if (!message || message->size > kControlMessageMax) return;
    const auto body = receive_exactly(client, message->size);
    if (!body) return;
    hang_up.reset();
    std::vector<std::string> words = decode(*body);
    if (words.empty()) return;
    const std::filesystem::path folder = words.front();
    words.erase(words.begin());

    // Stops when the caller says so or goes away, and when the server closes.
    std::stop_source stop;
    const std::stop_callback on_closing(closing, [&stop] { stop.request_stop(); });
    std::jthread watcher([client, &stop] {
      char byte = 0;
      while (::recv(client, &byte, 1, 0) < 0 && errno == EINTR) {
      }
      stop.request_stop();
    });
    int code = kExitFailed;
    {
      Session session(std::move(message->descriptors[0]), std::move(message->descriptors[1]),
                      std::move(message->descriptors[2]), folder, stop.get_token());
      code = run_guarded(words, session);
    }
    const auto answer = static_cast<std::int32_t>(code);
    (void)::send(client, &answer, sizeof(answer), MSG_NOSIGNAL);
    ::shutdown(client, SHUT_RDWR);  // ends the watcher
  }

  // What a library throws ends the command, not the server.
  int run_guarded(const std::vector<std::string>& words, Session& session) {
    try {
      return runner_(words, session);
    } catch (const std::exception& error) {
      session.say("millrace: {}\n", error.what());
      return kExitFailed;
    }
  }

  FileDescriptor listener_;
  CommandRunner runner_;
  std::filesystem::path socket_path_;
  std::list<std::unique_ptr<Command>> commands_;  // touched by the acceptor, and by the destructor after it
  std::jthread acceptor_;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::~ControlServer() = default;

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& data_folder,
                                                            CommandRunner runner) {
  MILLRACE_ASSIGN(const SocketAddress address, socket_address(data_folder));
  const std::filesystem::path socket_path = data_folder / "control.sock";
  ::unlink(socket_path.c_str());  // of a process that was killed: the folder's lock is ours
  FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener.is_open()) return fail_errno("cannot open a control socket", errno);
  if (::bind(listener.get(), address.get(), sizeof(sockaddr_un)) != 0 || ::listen(listener.get(), 16) != 0) {
    return fail_errno("cannot listen on " + socket_path.string(), errno);
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(std::make_unique<Impl>(std::move(listener), std::move(runner), socket_path)));
}

Result<int> run_remotely(const std::filesystem::path& data_folder, const std::vector<std::string>& words,
                         std::stop_token stop) {
  MILLRACE_ASSIGN(const SocketAddress address, socket_address(data_folder));
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail_errno("cannot open a socket", errno);
  if (::connect(socket.get(), address.get(), sizeof(sockaddr_un)) != 0) {
    return fail(ErrorCode::kUnavailable, "nobody answers on " + (data_folder / "control.sock").string());
  }
  const std::string message = encode(std::filesystem::current_path(), words);
  if (message.size() > kControlMessageMax)
    return fail(ErrorCode::kInvalidArgument, "the command line is too long");
  MILLRACE_TRY(send_descriptors(socket.get(), static_cast<std::uint32_t>(message.size())));
  MILLRACE_TRY(write_all(socket.get(), message));
  const std::stop_callback forward(stop,
                                   [&socket] { (void)::send(socket.get(), &kStopByte, 1, MSG_NOSIGNAL); });
  const auto answer = receive_exactly(socket.get(), sizeof(std::int32_t));
  if (!answer) return fail(ErrorCode::kUnavailable, "the running millrace went away before it had answered");
  std::int32_t code = 0;
  std::memcpy(&code, answer->data(), sizeof(code));
  return code;
}

}  // namespace millrace
