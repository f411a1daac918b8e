#include "warehouse/input_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"
#include "base/limits.h"
#include "event/contract_match.h"

namespace millrace {
namespace {

// A stream whose first bytes were looked at already.
class PeekedStream final : public ByteStream {
 public:
  PeekedStream(std::string head, std::shared_ptr<ByteStream> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t from_head = std::min(into.size(), head_.size() - taken_);
    std::memcpy(into.data(), head_.data() + taken_, from_head);
    taken_ += from_head;
    if (from_head == into.size()) return from_head;
    MILLRACE_ASSIGN(const std::size_t from_rest, rest_->read(into.subspan(from_head)));
    return from_head + from_rest;
  }
  std::uint64_t file_position() const override { return rest_->file_position(); }

 private:
  std::string head_;
  std::size_t taken_ = 0;
  std::shared_ptr<ByteStream> rest_;
};

bool is_regular(const InputFile& file) {
  struct stat facts{};
  return file.path != "-" && ::stat(file.path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

// In small steps, so that the sound start of a damaged file tells what it is; the damage is told when it is
// read.
Result<std::string> read_head(ByteStream& stream, bool is_read_again) {
  constexpr std::size_t kStep = 1 << 10;
  std::string head;
  while (head.size() < kContractHeadMax) {
    const std::size_t before = head.size();
    head.resize(before + kStep);
    const auto count = stream.read(std::span(head).subspan(before));
    if (!count && (before == 0 || !is_read_again)) return std::unexpected(count.error());
    head.resize(before + count.value_or(0));
    if (count.value_or(0) < kStep) break;
  }
  return head;
}

std::string names(const std::vector<const Contract*>& contracts) {
  std::string text;
  for (const Contract* contract : contracts) text += (text.empty() ? "" : ", ") + contract->name;
  return text;
}

Error question(const ContractMatch& match, const std::vector<const Contract*>& contracts) {
  if (match.best.size() > 1) {
    return {ErrorCode::kInvalidArgument,
            fmt::format("its records fit {} alike: which is it? Say --contract {}", names(match.best),
                        match.best.front()->name)};
  }
  return {ErrorCode::kInvalidArgument,
          fmt::format("its records fit no contract{}. Name the one they follow with --contract: {}, or a "
                      "contract file of your own (see: millrace contracts --help)",
                      match.nearest.empty() ? "" : ": " + match.nearest, names(contracts))};
}

}  // namespace

Result<std::shared_ptr<ByteStream>> open_input(const InputFile& file, int standard_input,
                                               const std::stop_token& stop) {
  if (file.opened != nullptr) return file.opened;
  FileDescriptor fd;
  if (file.path == "-") {
    fd = FileDescriptor(::dup(standard_input));
    if (!fd.is_open()) return fail_errno("cannot read standard input", errno);
  } else {
    MILLRACE_ASSIGN(fd, open_for_reading(file.path));
  }
  MILLRACE_ASSIGN(std::shared_ptr<ByteStream> stream, open_byte_stream(std::move(fd), stop));
  return stream;
}

Status tell_contract(InputFile& file, int standard_input, const std::vector<const Contract*>& contracts,
                     const std::stop_token& stop) {
  MILLRACE_ASSIGN(std::shared_ptr<ByteStream> stream, open_input(file, standard_input, stop));
  MILLRACE_ASSIGN(const std::string head, read_head(*stream, is_regular(file)));
  if (!is_regular(file)) file.opened = std::make_shared<PeekedStream>(head, std::move(stream));
  if (head.find_first_not_of(" \t\r\n") == std::string::npos) {
    file.contract = contracts.front();
    return {};
  }
  const ContractMatch match = match_contract(head, contracts);
  if (match.best.size() != 1) return std::unexpected(question(match, contracts));
  file.contract = match.best.front();
  return {};
}

}  // namespace millrace
