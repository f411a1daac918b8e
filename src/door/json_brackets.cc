#include "door/json_brackets.h"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace {
namespace {

// { and [ differ in one bit, which } and ] differ in as well.
constexpr char kCaseBit = 0x20;
static_assert(('[' | kCaseBit) == '{' && (']' | kCaseBit) == '}');

#if defined(__SSE2__)

std::uint64_t mask_of(__m128i equal) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(equal));
}

void classify_16(const char* bytes, int shift, JsonBlock& block) {
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const auto is = [](__m128i chars, char wanted) { return _mm_cmpeq_epi8(chars, _mm_set1_epi8(wanted)); };
  const __m128i folded = _mm_or_si128(text, _mm_set1_epi8(kCaseBit));
  block.quotes |= mask_of(is(text, '"')) << shift;
  block.backslashes |= mask_of(is(text, '\\')) << shift;
  block.brackets |= mask_of(_mm_or_si128(is(folded, '{'), is(folded, '}'))) << shift;
  block.commas |= mask_of(is(text, ',')) << shift;
}

#else

void classify_16(const char* bytes, int shift, JsonBlock& block) {
  for (int i = 0; i < 16; ++i) {
    const char c = bytes[i];
    const char folded = static_cast<char>(c | kCaseBit);
    const auto bit = [&](bool is) { return static_cast<std::uint64_t>(is) << (shift + i); };
    block.quotes |= bit(c == '"');
    block.backslashes |= bit(c == '\\');
    block.brackets |= bit(folded == '{' || folded == '}');
    block.commas |= bit(c == ',');
  }
}

#endif

// Bit i of the result is the parity of the bits 0 to i: ones from each opening quote to before its closing
// one.
std::uint64_t parity_so_far(std::uint64_t bits) {
  for (int width = 1; width < 64; width *= 2) bits ^= bits << width;
  return bits;
}

}  // namespace

JsonBlock classify_json_block(const char* bytes) {
  JsonBlock block;
  for (int at = 0; at < 64; at += 16) classify_16(bytes + at, at, block);
  return block;
}

// The bytes that a backslash stands before which is not escaped itself.
std::uint64_t JsonBrackets::escaped(std::uint64_t backslashes) {
  std::uint64_t found = escape_ahead_;
  escape_ahead_ = 0;
  for (std::uint64_t rest = backslashes & ~found; rest != 0;) {
    const int bit = std::countr_zero(rest);
    if (bit == 63) {
      escape_ahead_ = 1;
      break;
    }
    found |= std::uint64_t{2} << bit;
    rest &= ~(std::uint64_t{3} << bit);
  }
  return found;
}

bool JsonBrackets::next_block() {
  if (end_ >= text_.size()) return false;
  position_ = end_;
  const std::size_t size = std::min(text_.size() - position_, kJsonBlockSize);
  end_ = position_ + size;
  if (size == kJsonBlockSize) {
    block_ = classify_json_block(text_.data() + position_);
  } else {
    std::array<char, kJsonBlockSize> last{};
    std::memcpy(last.data(), text_.data() + position_, size);
    block_ = classify_json_block(last.data());
  }
  const std::uint64_t quotes = block_.quotes & ~escaped(block_.backslashes);
  const std::uint64_t strings = parity_so_far(quotes) ^ in_string_;
  in_string_ = std::uint64_t{0} - (strings >> 63);
  block_.brackets &= ~strings;
  block_.commas &= ~strings;
  ahead_ = ~std::uint64_t{0};
  return true;
}

}  // namespace millrace
