// Bodies with Transfer-Encoding: chunked (RFC 9112, 7.1), stricter than the RFC where two programs could read
// one differently: no chunk extensions, no trailers, CR LF and nothing less.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

// Reads one body in whatever pieces it comes.
class ChunkedBody {
 public:
  enum class State { kMore, kDone, kBroken, kTooLarge };

  explicit ChunkedBody(std::size_t size_max) : size_max_(size_max) {}

  // Appends what `bytes` hold of the body and takes off them what was used: all of it, but for what follows
  // the body.
  State read(std::string_view& bytes, std::string& body);

  // Of kBroken, in words.
  std::string_view fault() const { return fault_; }

 private:
  enum class Expects { kSize, kSizeEnd, kData, kDataEnd, kDataEndLine, kLastEnd, kLastEndLine };

  State read_data(std::string_view& bytes, std::string& body);
  State read_framing(char c);
  State read_size(char c);
  State broken(std::string_view fault);

  const std::size_t size_max_;
  std::size_t size_ = 0;  // of all chunks so far
  std::size_t left_ = 0;  // of this one
  int digits_ = 0;
  Expects expects_ = Expects::kSize;
  std::string_view fault_;
};

}  // namespace millrace
