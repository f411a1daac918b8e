// Any bytes as the body of a collect: records lie inside it, in order and within the limits, and what is
// between them is blanks, commas and the brackets of a list. simdjson sees the same elements where it reads
// the body.
#include <simdjson.h>

#include <string>

#include "door/record_splitter.h"
#include "property.h"

namespace millrace {
namespace {

constexpr SplitLimits kLimits{.records_max = 100, .record_size_max = 1 << 10, .depth_max = 8};

void check_between(std::string_view text) {
  FUZZ_CHECK(text.find_first_not_of("[], \t\r\n\xEF\xBB\xBF") == std::string_view::npos);
}

void check_records(std::string_view body, const std::vector<std::string_view>& records) {
  FUZZ_CHECK(records.size() <= kLimits.records_max);
  const char* end = body.data();
  for (const std::string_view record : records) {
    FUZZ_CHECK(lies_inside(record, body) && record.data() >= end);
    FUZZ_CHECK(!record.empty() && record.size() <= kLimits.record_size_max);
    check_between({end, static_cast<std::size_t>(record.data() - end)});
    end = record.data() + record.size();
  }
  check_between({end, static_cast<std::size_t>(body.data() + body.size() - end)});
}

std::string canonical(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  FUZZ_CHECK(parser.parse(simdjson::padded_string(text)).get(root) == simdjson::SUCCESS);
  return simdjson::minify(root);
}

// A body that is one whole list or object.
void check_against_parser(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::padded_string padded(body);
  if (parser.parse(padded).get(root) != simdjson::SUCCESS) return;
  const SplitLimits wide{.records_max = body.size(), .record_size_max = body.size(), .depth_max = 60};
  const auto records = split_records(body, BodyForm::kAny, wide);
  if (!records && records.error().kind == SplitFault::Kind::kTooDeep) return;
  simdjson::dom::array list;
  if (root.get(list) == simdjson::SUCCESS) {
    FUZZ_CHECK(records && records->size() == list.size());
    std::size_t i = 0;
    for (const simdjson::dom::element each : list) {
      FUZZ_CHECK(canonical((*records)[i++]) == std::string(simdjson::minify(each)));
    }
  } else if (root.is_object()) {
    FUZZ_CHECK(records && records->size() == 1);
    FUZZ_CHECK(canonical(records->front()) == std::string(simdjson::minify(root)));
  }
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view body = fuzz_text(data, size);
  for (const BodyForm form : {BodyForm::kAny, BodyForm::kLines}) {
    const auto records = split_records(body, form, kLimits);
    if (records) {
      check_records(body, *records);
    } else {
      FUZZ_CHECK(!records.error().message.empty());
    }
  }
  check_against_parser(body);
  return 0;
}
