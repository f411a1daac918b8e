// The bytes of a file, decompressed when it is compressed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace millrace {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Fills `into` from the front; fewer bytes than asked for only at the end of the stream.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  // Waits for the first byte only, for input that comes as it happens; 0 only at the end. As read() where a
  // stream knows no better.
  virtual Result<std::size_t> read_available(std::span<char> into) { return read(into); }

  // Bytes taken from the file so far, compressed if it is: for progress.
  virtual std::uint64_t file_position() const = 0;
};

// Plain, gzip or zstd, told by the first bytes and not by the name. Several compressed members in a row are
// read as one stream. A stream that ends inside a member is an error. Waiting for a pipe or a terminal ends
// with kCancelled when `stop` is requested.
Result<std::unique_ptr<ByteStream>> open_byte_stream(FileDescriptor fd, std::stop_token stop = {});

}  // namespace millrace
