// How often each hash has come by. Linear while few, so that the usual record allocates nothing.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace {

class OccurrenceCounter {
 public:
  void clear() {
    few_.clear();
    many_.clear();
  }

  // How often `hash` was counted before this call.
  std::uint32_t count(std::uint64_t hash) {
    if (few_.size() < kFewMax) {
      for (auto& [seen, times] : few_) {
        if (seen == hash) return times++;
      }
      few_.emplace_back(hash, 1);
      return 0;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    return many_[hash]++;
  }

 private:
  static constexpr std::size_t kFewMax = 32;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> few_;
  std::unordered_map<std::uint64_t, std::uint32_t> many_;
};

}  // namespace millrace
