#include "base/crash_file_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>

namespace millrace {
namespace {

constexpr std::uint64_t kSectorSize = 512;

// A change of a file that is not synced: bytes from a position on, or a new size.
struct Change {
  std::uint64_t position = 0;
  std::string bytes;
  bool is_truncation = false;  // to `position`
};

struct Inode {
  std::string content;  // as the running program sees it
  std::string durable;
  std::vector<Change> changes;  // lead from `durable` to `content`
};

using InodePtr = std::shared_ptr<Inode>;  // null for a folder
using Names = std::map<std::string, InodePtr>;

// A change of the names of one folder; a rename is one, since it happens or not.
struct NameChange {
  std::string added;  // "" for none
  InodePtr inode;
  std::string removed;
};

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

void carry_out(const NameChange& change, Names& names) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.inode;
}

void put(std::string& content, std::uint64_t position, std::string_view bytes) {
  if (content.size() < position + bytes.size()) content.resize(position + bytes.size(), '\0');
  std::memcpy(content.data() + position, bytes.data(), bytes.size());
}

// Which of the things that are not durable a power cut leaves: nothing, all, the first ones, or any.
class Chance {
 public:
  explicit Chance(std::mt19937_64& random) : random_(random), kind_(random() % 4) {
    percent_ = random_() % 101;
  }

  bool keeps() {
    switch (kind_) {
      case 0:
        return false;
      case 1:
        return true;
      case 2:
        stopped_ = stopped_ || random_() % 101 > percent_;
        return !stopped_;
      default:
        return random_() % 101 <= percent_;
    }
  }

 private:
  std::mt19937_64& random_;
  std::uint64_t kind_;
  std::uint64_t percent_ = 0;
  bool stopped_ = false;
};

// Goes over the sectors that a change touches, so that each is written whole or not at all.
class TornWriter {
 public:
  TornWriter(std::string durable, std::mt19937_64& random)
      : content_(std::move(durable)), sectors_(random), sizes_(random) {}

  void apply(const Change& change) {
    if (change.is_truncation) {
      if (sizes_.keeps()) content_.resize(change.position, '\0');
      return;
    }
    for (std::uint64_t done = 0; done < change.bytes.size();) {
      const std::uint64_t position = change.position + done;
      const std::uint64_t size = std::min(kSectorSize - position % kSectorSize, change.bytes.size() - done);
      write_sector(position, std::string_view(change.bytes).substr(done, size));
      done += size;
    }
    const std::uint64_t end = change.position + change.bytes.size();
    if (content_.size() < end && sizes_.keeps()) content_.resize(end, '\0');
  }

  std::string content() && { return std::move(content_); }

 private:
  // A sector goes to the disk as it stands in memory: a later write never without the earlier ones.
  void write_sector(std::uint64_t position, std::string_view bytes) {
    const std::uint64_t sector = position / kSectorSize;
    if (lost_.contains(sector)) return;
    if (sectors_.keeps()) {
      put(content_, position, bytes);
    } else {
      lost_.insert(sector);
    }
  }

  std::string content_;
  Chance sectors_;
  Chance sizes_;
  std::set<std::uint64_t> lost_;
};

}  // namespace

struct CrashFileSystem::Disk {
  std::mutex mutex;
  Names names;  // as the running program sees them
  Names durable_names;
  std::map<std::string, std::vector<NameChange>> name_changes;  // by folder
  std::optional<std::uint64_t> operations_left;

  Status use_operation() {
    if (!operations_left) return {};
    if (*operations_left == 0) return fail(ErrorCode::kIo, "stopped as the test wants");
    --*operations_left;
    return {};
  }

  bool has_folder(const std::string& path) const {
    const auto found = names.find(path);
    return path.empty() || (found != names.end() && found->second == nullptr);
  }

  void change(const std::string& folder, NameChange change) {
    carry_out(change, names);
    name_changes[folder].push_back(std::move(change));
  }
};

namespace {

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<CrashFileSystem::Disk> disk, InodePtr inode, bool writable)
      : disk_(std::move(disk)), inode_(std::move(inode)), writable_(writable) {}

  Status write_at(std::uint64_t position, std::span<const std::string_view> parts) override {
    if (!writable_) return fail(ErrorCode::kIo, "the file is open for reading only");
    std::string bytes;
    for (const std::string_view part : parts) bytes += part;
    const std::lock_guard lock(disk_->mutex);
    MILLRACE_TRY(disk_->use_operation());
    put(inode_->content, position, bytes);
    inode_->changes.push_back({position, std::move(bytes)});
    return {};
  }

  Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) const override {
    const std::lock_guard lock(disk_->mutex);
    if (position >= inode_->content.size()) return 0;
    const std::size_t size = std::min<std::size_t>(into.size(), inode_->content.size() - position);
    std::memcpy(into.data(), inode_->content.data() + position, size);
    return size;
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard lock(disk_->mutex);
    return inode_->content.size();
  }

  Status truncate(std::uint64_t size) override {
    if (!writable_) return fail(ErrorCode::kIo, "the file is open for reading only");
    const std::lock_guard lock(disk_->mutex);
    MILLRACE_TRY(disk_->use_operation());
    inode_->content.resize(size, '\0');
    inode_->changes.push_back({size, {}, true});
    return {};
  }

  Status sync_data() override {
    const std::lock_guard lock(disk_->mutex);
    MILLRACE_TRY(disk_->use_operation());
    inode_->durable = inode_->content;
    inode_->changes.clear();
    return {};
  }

 private:
  std::shared_ptr<CrashFileSystem::Disk> disk_;
  InodePtr inode_;
  bool writable_;
};

std::unexpected<Error> fail_missing(const std::string& path) {
  return fail(ErrorCode::kNotFound, fmt::format("{} is not there", path));
}

}  // namespace

CrashFileSystem::CrashFileSystem() : disk_(std::make_shared<Disk>()) {}
CrashFileSystem::CrashFileSystem(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
CrashFileSystem::~CrashFileSystem() = default;

Result<std::unique_ptr<File>> CrashFileSystem::open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->names.find(path);
  const bool is_there = found != disk_->names.end();
  if (mode == OpenMode::kCreate) {
    if (is_there) return fail(ErrorCode::kConflict, fmt::format("{} is there already", path));
    if (!disk_->has_folder(parent_of(path))) return fail_missing(parent_of(path));
    MILLRACE_TRY(disk_->use_operation());
    const auto inode = std::make_shared<Inode>();
    disk_->change(parent_of(path), {path, inode, ""});
    return std::make_unique<MemoryFile>(disk_, inode, true);
  }
  if (!is_there) return fail_missing(path);
  if (found->second == nullptr) return fail(ErrorCode::kIo, fmt::format("{} is a folder", path));
  return std::make_unique<MemoryFile>(disk_, found->second, mode == OpenMode::kReadWrite);
}

Result<std::vector<std::string>> CrashFileSystem::list(const std::string& folder) {
  const std::lock_guard lock(disk_->mutex);
  if (!disk_->has_folder(folder)) return fail_missing(folder);
  std::vector<std::string> names;
  for (const auto& [path, inode] : disk_->names) {
    if (parent_of(path) == folder) names.push_back(path.substr(folder.size() + 1));
  }
  return names;
}

Status CrashFileSystem::make_folder(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (disk_->has_folder(path)) return {};
  if (disk_->names.contains(path)) return fail(ErrorCode::kConflict, fmt::format("{} is a file", path));
  if (!disk_->has_folder(parent_of(path))) return fail_missing(parent_of(path));
  MILLRACE_TRY(disk_->use_operation());
  disk_->change(parent_of(path), {path, nullptr, ""});
  return {};
}

Status CrashFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->names.find(from);
  if (found == disk_->names.end()) return fail_missing(from);
  if (found->second == nullptr || parent_of(from) != parent_of(to)) {
    return fail(ErrorCode::kInternal, fmt::format("{} is no file in the folder of {}", from, to));
  }
  MILLRACE_TRY(disk_->use_operation());
  disk_->change(parent_of(to), {to, found->second, from});
  return {};
}

Status CrashFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->names.find(path);
  if (found == disk_->names.end()) return fail_missing(path);
  const auto is_inside = [&](const auto& name) { return parent_of(name.first) == path; };
  if (found->second == nullptr && std::ranges::any_of(disk_->names, is_inside)) {
    return fail(ErrorCode::kIo, fmt::format("{} is not empty", path));
  }
  MILLRACE_TRY(disk_->use_operation());
  disk_->change(parent_of(path), {"", nullptr, path});
  return {};
}

Status CrashFileSystem::sync_folder(const std::string& path) {
  const std::string folder = path == "/" ? "" : path;
  const std::lock_guard lock(disk_->mutex);
  if (!disk_->has_folder(folder)) return fail_missing(path);
  MILLRACE_TRY(disk_->use_operation());
  for (const NameChange& change : disk_->name_changes[folder]) carry_out(change, disk_->durable_names);
  disk_->name_changes.erase(folder);
  return {};
}

void CrashFileSystem::stop_after(std::uint64_t operations) {
  const std::lock_guard lock(disk_->mutex);
  disk_->operations_left = operations;
}

void CrashFileSystem::go_on() {
  const std::lock_guard lock(disk_->mutex);
  disk_->operations_left.reset();
}

bool CrashFileSystem::is_stopped() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->operations_left == 0;
}

std::unique_ptr<CrashFileSystem> CrashFileSystem::crash(std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  const std::lock_guard lock(disk_->mutex);
  Names names = disk_->durable_names;
  for (const auto& [folder, changes] : disk_->name_changes) {
    Chance chance(random);
    for (const NameChange& change : changes) {
      if (chance.keeps()) carry_out(change, names);
    }
  }
  const auto disk = std::make_shared<Disk>();
  for (const auto& [path, inode] : names) {
    const std::string folder = parent_of(path);
    if (!folder.empty() && !disk->names.contains(folder)) continue;  // in order: a folder stands before it
    InodePtr left;
    if (inode != nullptr) {
      TornWriter writer(inode->durable, random);
      for (const Change& change : inode->changes) writer.apply(change);
      left = std::make_shared<Inode>();
      left->durable = std::move(writer).content();
      left->content = left->durable;
    }
    disk->names[path] = left;
  }
  disk->durable_names = disk->names;
  return std::unique_ptr<CrashFileSystem>(new CrashFileSystem(disk));
}

}  // namespace millrace
