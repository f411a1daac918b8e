// XXH3 (xxhash.com), the hash of everything here that needs no secret. Values are stored: they never change.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace millrace {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// 128 bits, as `xxh128sum` prints them.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(Hash128, Hash128) = default;
};

std::string to_hex(Hash128 hash);

// The hash of all bytes fed so far; a copy goes on from there independently.
class StreamHash {
 public:
  StreamHash();
  ~StreamHash();
  StreamHash(const StreamHash& other);
  StreamHash& operator=(const StreamHash& other);
  StreamHash(StreamHash&&) noexcept;
  StreamHash& operator=(StreamHash&&) noexcept;

  void update(std::string_view bytes);
  Hash128 digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace
