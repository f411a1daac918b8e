#include "http/chunked_body.h"

#include <algorithm>

namespace millrace {
namespace {

constexpr int kSizeDigitsMax = 8;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkedBody::State ChunkedBody::read(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    State state = State::kMore;
    if (expects_ == Expects::kData) {
      state = read_data(bytes, body);
    } else {
      state = read_framing(bytes.front());
      bytes.remove_prefix(1);
    }
    if (state != State::kMore) return state;
  }
  return State::kMore;
}

ChunkedBody::State ChunkedBody::read_data(std::string_view& bytes, std::string& body) {
  const std::size_t count = std::min(left_, bytes.size());
  body.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) expects_ = Expects::kDataEnd;
  return State::kMore;
}

ChunkedBody::State ChunkedBody::read_framing(char c) {
  switch (expects_) {
    case Expects::kSize:
      return read_size(c);
    case Expects::kSizeEnd:
      if (c != '\n') return broken("the size of a chunk does not end with CR LF");
      expects_ = left_ == 0 ? Expects::kLastEnd : Expects::kData;
      size_ += left_;
      return size_ > size_max_ ? State::kTooLarge : State::kMore;
    case Expects::kDataEnd:
      expects_ = Expects::kDataEndLine;
      return c == '\r' ? State::kMore : broken("a chunk is longer than its size");
    case Expects::kDataEndLine:
      expects_ = Expects::kSize;
      digits_ = 0;
      return c == '\n' ? State::kMore : broken("a chunk does not end with CR LF");
    case Expects::kLastEnd:
      expects_ = Expects::kLastEndLine;
      return c == '\r' ? State::kMore : broken("trailers are not accepted");
    case Expects::kLastEndLine:
      return c == '\n' ? State::kDone : broken("the last chunk does not end with CR LF");
    case Expects::kData:
      break;
  }
  return broken("");
}

ChunkedBody::State ChunkedBody::read_size(char c) {
  if (c == '\r' && digits_ > 0) {
    expects_ = Expects::kSizeEnd;
    return State::kMore;
  }
  const int digit = hex_digit(c);
  if (digit < 0 || digits_ == kSizeDigitsMax) return broken("the size of a chunk is not a plain number");
  left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::size_t>(digit);
  ++digits_;
  return State::kMore;
}

ChunkedBody::State ChunkedBody::broken(std::string_view fault) {
  fault_ = fault;
  return State::kBroken;
}

}  // namespace millrace
