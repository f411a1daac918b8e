// Where an answer goes, piece by piece: a file descriptor, a socket, a string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace millrace {

// Not thread-safe. After a failed write nothing more is written.
class Output {
 public:
  virtual ~Output() = default;
  virtual Status write(std::string_view bytes) = 0;
};

// Keeps the answer in memory, and refuses to grow beyond a bound.
class BoundedText final : public Output {
 public:
  explicit BoundedText(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  Status write(std::string_view bytes) override;
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t bytes_max_;
};

}  // namespace millrace
