// Any bytes as a Pub/Sub push envelope: read, or refused with a sentence; what is read is within what came,
// and is read the same again.
#include <string>

#include "door/push_envelope.h"
#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view body = fuzz_text(data, size);
  const auto message = read_push_envelope(body);
  if (!message) {
    FUZZ_CHECK(!message.error().empty() && message.error().size() < 1'000);
    return 0;
  }
  FUZZ_CHECK(message->data.size() <= size && message->ordering_key.size() <= size);
  const NewRecord record = message->record();
  FUZZ_CHECK(record.payload == message->data && record.attributes.size() == message->attributes.size());
  FUZZ_CHECK(!record.payload.empty() || !record.attributes.empty());
  const auto again = read_push_envelope(body);
  FUZZ_CHECK(again && again->data == message->data && again->attributes == message->attributes);
  return 0;
}
