#include "event/test_bad_records.h"

#include <charconv>
#include <fstream>
#include <map>
#include <stdexcept>
#include <utility>

namespace millrace {
namespace {

using Fragments = std::map<std::string, std::string, std::less<>>;

std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    throw std::invalid_argument("no number: " + std::string(digits));
  }
  return number;
}

std::string fragment(const Fragments& fragments, std::string_view inside) {
  if (const std::size_t star = inside.find('*'); star != std::string_view::npos) {
    std::string repeated;
    for (std::size_t i = to_number(inside.substr(0, star)); i > 0; --i) repeated += inside.substr(star + 1);
    return repeated;
  }
  return fragments.at(std::string(inside));
}

std::string expand(std::string_view text, const Fragments& fragments) {
  std::string expanded;
  for (;;) {
    const std::size_t start = text.find("%(");
    expanded += text.substr(0, start);
    if (start == std::string_view::npos) return expanded;
    const std::size_t end = text.find(')', start);
    if (end == std::string_view::npos) throw std::invalid_argument("%( without )");
    expanded += expand(fragment(fragments, text.substr(start + 2, end - start - 2)), fragments);
    text.remove_prefix(end + 1);
  }
}

struct Unescaped {
  std::string bytes;
  std::vector<std::string> payloads;
};

// Takes the marks \< \> and \xHH out of `text`.
Unescaped unescape(std::string_view text) {
  Unescaped out;
  std::size_t payload_start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\<")) {
      payload_start = out.bytes.size();
      ++i;
    } else if (rest.starts_with("\\>")) {
      out.payloads.push_back(out.bytes.substr(payload_start));
      ++i;
    } else if (rest.starts_with("\\x") && rest.size() >= 4) {
      out.bytes += static_cast<char>(std::stoi(std::string(rest.substr(2, 2)), nullptr, 16));
      i += 3;
    } else {
      out.bytes += text[i];
    }
  }
  return out;
}

ExpectedRefusal parse_refusal(std::string_view text) {
  const std::size_t last_blank = text.rfind(' ');
  ExpectedRefusal refusal{{}, std::string(text.substr(last_blank + 1))};
  const std::string_view unit = text.substr(0, last_blank);
  if (unit.starts_with("event ")) {
    refusal.event_index = static_cast<std::int32_t>(to_number(unit.substr(6)));
  } else if (unit != "record") {
    throw std::invalid_argument("neither record nor event: " + std::string(text));
  }
  return refusal;
}

class CorpusReader {
 public:
  BadRecordCorpus read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '#') take(line);
    }
    return std::move(corpus_);
  }

 private:
  void take(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) throw std::invalid_argument("no key: " + std::string(line));
    const std::string_view key = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (key == "let") {
      const std::size_t equals = value.find('=');
      fragments_[std::string(value.substr(0, equals))] = value.substr(equals + 1);
    } else if (key == "contract") {
      corpus_.contract = value;
    } else if (key == "good") {
      corpus_.good = bytes_of(value).bytes;
    } else {
      take_of_case(key, value);
    }
  }

  void take_of_case(std::string_view key, std::string_view value) {
    if (key == "case") {
      next_ = {};
      next_.name = value;
      fragments_["name"] = value;
    } else if (key == "header") {
      next_.header = bytes_of(value).bytes;
    } else if (key == "refused") {
      next_.refusals.push_back(parse_refusal(value));
    } else if (key == "stored") {
      next_.stored = to_number(value);
    } else if (key == "record") {
      Unescaped record = bytes_of(value);
      next_.record = std::move(record.bytes);
      next_.payloads = std::move(record.payloads);
      corpus_.cases.push_back(next_);
    } else {
      throw std::invalid_argument("unknown key: " + std::string(key));
    }
  }

  Unescaped bytes_of(std::string_view value) const { return unescape(expand(value, fragments_)); }

  Fragments fragments_ = {{"name", "good"}};
  BadRecord next_;
  BadRecordCorpus corpus_;
};

}  // namespace

BadRecordCorpus read_bad_records(std::string_view file) {
  return CorpusReader().read(std::string(MILLRACE_BAD_RECORDS "/") + std::string(file));
}

}  // namespace millrace
