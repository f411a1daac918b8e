#include "engine/sink.h"

namespace millrace {

KeptRecord::KeptRecord(std::string_view record, const Provenance& provenance)
    : topic(provenance.topic), file(provenance.file), place(provenance) {
  payload.reserve(record.size() + kRecordPadding);
  payload = record;
  payload.append(kRecordPadding, ' ');
  place.topic = {};
  place.file = {};
}

Provenance KeptRecord::provenance() const {
  Provenance named = place;
  named.topic = topic;
  named.file = file;
  return named;
}

}  // namespace millrace
