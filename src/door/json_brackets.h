// Finds the brackets of a JSON text that stand outside of its strings, 64 bytes at a time. The text may be
// malformed: then what is found is some of its brackets, never beyond it.
//
// The idea of working on bit masks of 64 bytes is that of G. Langdale and D. Lemire, "Parsing Gigabytes of
// JSON per Second" (2019).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace {

// Which bytes of a block of 64 are what, a bit for each.
struct JsonBlock {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t brackets = 0;  // { [ ] }
  std::uint64_t commas = 0;
};

inline constexpr std::size_t kJsonBlockSize = 64;

// Looks at kJsonBlockSize bytes.
JsonBlock classify_json_block(const char* bytes);

// Walks over a text that must outlive it.
class JsonBrackets {
 public:
  explicit JsonBrackets(std::string_view text) : text_(text) {}

  // Position of the next bracket, or of the next comma where `commas_too`; the text's size when there is
  // none.
  std::size_t next(bool commas_too = false) {
    for (;;) {
      const std::uint64_t found = (block_.brackets | (commas_too ? block_.commas : 0)) & ahead_;
      if (found != 0) {
        const int bit = std::countr_zero(found);
        ahead_ = ~std::uint64_t{0} << bit << 1;
        return position_ + static_cast<std::size_t>(bit);
      }
      if (!next_block()) return text_.size();
    }
  }

  // Whether the text ends inside a string; meaningful at its end.
  bool ends_in_string() const { return in_string_ != 0; }

 private:
  bool next_block();
  std::uint64_t escaped(std::uint64_t backslashes);

  std::string_view text_;
  std::size_t position_ = 0;        // of the block
  std::size_t end_ = 0;             // of what has been looked at
  JsonBlock block_;                 // without what stands in strings
  std::uint64_t ahead_ = 0;         // bits that next() has not passed
  std::uint64_t in_string_ = 0;     // all ones when the block ended inside a string
  std::uint64_t escape_ahead_ = 0;  // 1 when the block's last byte escapes the first of the next
};

}  // namespace millrace
