#include "http/chunked_body.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using State = ChunkedBody::State;

struct Read {
  State state;
  std::string body;
  std::string rest;
};

Read read(std::string_view bytes, std::size_t piece = SIZE_MAX) {
  ChunkedBody chunked(100);
  std::string body;
  while (true) {
    std::string_view next = bytes.substr(0, piece);
    const std::size_t size = next.size();
    const State state = chunked.read(next, body);
    bytes.remove_prefix(size - next.size());
    if (state != State::kMore || bytes.empty()) return {state, body, std::string(bytes)};
  }
}

TEST(ChunkedBody, IsPutTogetherFromWhateverPiecesItComesIn) {
  const std::string_view bytes = "3\r\none\r\n0A\r\n0123456789\r\n0\r\n\r\nGET /";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Read done = read(bytes, piece);
    EXPECT_EQ(done.state, State::kDone) << piece;
    EXPECT_EQ(done.body, "one0123456789") << piece;
    EXPECT_EQ(done.rest, "GET /") << piece;
  }
}

TEST(ChunkedBody, EveryPrefixWantsMore) {
  const std::string_view bytes = "3\r\none\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(read(bytes.substr(0, size)).state, State::kMore) << size;
  }
}

TEST(ChunkedBody, WhatCouldBeReadInTwoWaysIsBroken) {
  for (const std::string_view bytes : {
           "\r\n",
           "x\r\n",
           "-1\r\n",
           "0x3\r\none",
           " 3\r\none",
           "3 \r\none",
           "3\none",
           "3\r\rone",
           "3;ext=1\r\none",
           "000000003\r\none",
           "ffffffffffffffff\r\n",
           "3\r\nonetwo",
           "3\r\none\n0\r\n",
           "3\r\none\r\r",
           "0\r\nTrailer: x\r\n\r\n",
           "0\r\n\n",
           "0\r\n\r\r",
       }) {
    EXPECT_EQ(read(bytes).state, State::kBroken) << bytes;
  }
}

TEST(ChunkedBody, IsTooLargeBeforeItsBytesCome) {
  EXPECT_EQ(read("64\r\n").state, State::kMore);
  EXPECT_EQ(read("65\r\n").state, State::kTooLarge);
  EXPECT_EQ(read("ffffffff\r\n").state, State::kTooLarge);
  EXPECT_EQ(read("3\r\none\r\n62\r\n").state, State::kTooLarge);
}

}  // namespace
}  // namespace millrace
