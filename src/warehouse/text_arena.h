// Memory for many short texts that are let go together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace millrace {

class TextArena {
 public:
  // A copy that lives until clear().
  const char* copy(std::string_view text) {
    if (text.size() > room_) grow(text.size());
    char* place = next_;
    std::memcpy(place, text.data(), text.size());
    next_ += text.size();
    room_ -= text.size();
    return place;
  }

  // Keeps the first block for what comes next.
  void clear() {
    if (blocks_.empty()) return;
    blocks_.resize(1);
    next_ = blocks_.front().get();
    room_ = kBlockSize;
  }

 private:
  static constexpr std::size_t kBlockSize = 256 << 10;

  // The first block always has the usual size, so that clear() knows it.
  void grow(std::size_t size) {
    if (blocks_.empty()) add_block(kBlockSize);
    if (size > room_) add_block(std::max(size, kBlockSize));
  }

  void add_block(std::size_t size) {
    next_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
    room_ = size;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t room_ = 0;
};

}  // namespace millrace
