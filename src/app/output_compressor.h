// Bytes on their way out, compressed or as they are.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

enum class Compression { kNone, kGzip, kZstd };

// What a compressed file's name ends with: "", ".gz", ".zst".
std::string_view file_ending(Compression compression);

// One compressed stream. Not thread-safe.
class OutputCompressor {
 public:
  virtual ~OutputCompressor() = default;

  // Appends to `out` what can be written by now of all bytes so far.
  virtual void add(std::string_view bytes, std::string& out) = 0;

  // Appends the rest, and the stream's end. A next stream may begin.
  virtual void finish(std::string& out) = 0;
};

// Fast rather than small. The same library gives the same bytes: no name and no time goes in.
std::unique_ptr<OutputCompressor> make_output_compressor(Compression compression);

}  // namespace millrace
