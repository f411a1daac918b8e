#include "base/faulty_file_system.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace millrace {
namespace {

struct Fault {
  ErrorCode code = ErrorCode::kIo;
  std::size_t bytes_kept = 0;
};

struct Counter {
  std::uint64_t calls = 0;
  std::uint64_t fails_at = 0;  // 0: never
  Fault fault;
};

std::unexpected<Error> fail_as_wanted(ErrorCode code) {
  return fail(code, "failed as the test wants");
}

std::uint64_t size_of(std::span<const std::string_view> parts) {
  std::uint64_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  return size;
}

}  // namespace

struct FaultyFileSystem::Faults {
  mutable std::mutex mutex;
  std::array<Counter, kFileOperations> counters;
  std::optional<std::uint64_t> space_left;

  Counter& counter(FileOperation operation) { return counters[static_cast<std::size_t>(operation)]; }

  std::optional<Fault> next(FileOperation operation) {
    const std::lock_guard lock(mutex);
    Counter& counted = counter(operation);
    ++counted.calls;
    if (counted.calls != counted.fails_at) return std::nullopt;
    return counted.fault;
  }

  // A write of `size` bytes; how many of them there is space for.
  std::uint64_t take_space(std::uint64_t size) {
    const std::lock_guard lock(mutex);
    if (!space_left) return size;
    const std::uint64_t taken = std::min(size, *space_left);
    *space_left -= taken;
    return taken;
  }

  bool is_full() const {
    const std::lock_guard lock(mutex);
    return space_left == 0;
  }
};

namespace {

class FaultyFile final : public File {
 public:
  FaultyFile(FaultyFileSystem::Faults& faults, std::unique_ptr<File> inner)
      : faults_(faults), inner_(std::move(inner)) {}

  Status write_at(std::uint64_t position, std::span<const std::string_view> parts) override {
    if (const auto fault = faults_.next(FileOperation::kWrite)) {
      return write_part(position, parts, fault->bytes_kept, fault->code);
    }
    const std::uint64_t size = size_of(parts);
    const std::uint64_t taken = faults_.take_space(size);
    if (taken < size) return write_part(position, parts, taken, ErrorCode::kNoSpace);
    return inner_->write_at(position, parts);
  }

  Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) const override {
    if (const auto fault = faults_.next(FileOperation::kRead)) return fail_as_wanted(fault->code);
    return inner_->read_at(position, into);
  }

  Result<std::uint64_t> size() const override { return inner_->size(); }

  Status truncate(std::uint64_t size) override {
    if (const auto fault = faults_.next(FileOperation::kTruncate)) return fail_as_wanted(fault->code);
    return inner_->truncate(size);
  }

  Status sync_data() override {
    const auto fault = faults_.next(FileOperation::kSync);
    if (fault) has_lost_bytes_ = true;
    if (fault) return fail_as_wanted(fault->code);
    if (has_lost_bytes_) return {};
    return inner_->sync_data();
  }

 private:
  Status write_part(std::uint64_t position, std::span<const std::string_view> parts, std::uint64_t size,
                    ErrorCode code) {
    std::string bytes;
    for (const std::string_view part : parts) bytes += part;
    bytes.resize(std::min<std::uint64_t>(size, bytes.size()));
    const std::array kept = {std::string_view(bytes)};
    if (!bytes.empty()) MILLRACE_TRY(inner_->write_at(position, kept));
    return fail_as_wanted(code);
  }

  FaultyFileSystem::Faults& faults_;
  std::unique_ptr<File> inner_;
  bool has_lost_bytes_ = false;
};

}  // namespace

FaultyFileSystem::FaultyFileSystem(FileSystem& inner) : inner_(inner), faults_(std::make_unique<Faults>()) {}
FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::fail_nth(FileOperation operation, std::uint64_t nth, ErrorCode code,
                                std::size_t bytes_kept) {
  const std::lock_guard lock(faults_->mutex);
  Counter& counter = faults_->counter(operation);
  counter.fails_at = counter.calls + nth;
  counter.fault = {code, bytes_kept};
}

void FaultyFileSystem::limit_space(std::uint64_t bytes_left) {
  const std::lock_guard lock(faults_->mutex);
  faults_->space_left = bytes_left;
}

void FaultyFileSystem::free_space() {
  const std::lock_guard lock(faults_->mutex);
  faults_->space_left.reset();
}

std::uint64_t FaultyFileSystem::calls(FileOperation operation) const {
  const std::lock_guard lock(faults_->mutex);
  return faults_->counter(operation).calls;
}

Result<std::unique_ptr<File>> FaultyFileSystem::open(const std::string& path, OpenMode mode) {
  if (const auto fault = faults_->next(FileOperation::kOpen)) return fail_as_wanted(fault->code);
  if (mode == OpenMode::kCreate && faults_->is_full()) return fail_as_wanted(ErrorCode::kNoSpace);
  MILLRACE_ASSIGN(auto file, inner_.open(path, mode));
  return std::make_unique<FaultyFile>(*faults_, std::move(file));
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& folder) {
  return inner_.list(folder);
}

Status FaultyFileSystem::make_folder(const std::string& path) {
  return inner_.make_folder(path);
}

Status FaultyFileSystem::rename(const std::string& from, const std::string& to) {
  if (const auto fault = faults_->next(FileOperation::kRename)) return fail_as_wanted(fault->code);
  return inner_.rename(from, to);
}

Status FaultyFileSystem::remove(const std::string& path) {
  if (const auto fault = faults_->next(FileOperation::kRemove)) return fail_as_wanted(fault->code);
  return inner_.remove(path);
}

Status FaultyFileSystem::sync_folder(const std::string& path) {
  if (const auto fault = faults_->next(FileOperation::kSyncFolder)) return fail_as_wanted(fault->code);
  return inner_.sync_folder(path);
}

}  // namespace millrace
