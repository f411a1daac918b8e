#include "event/row_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hash.h"

namespace millrace {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kNoValue = ~std::uint32_t{0};
constexpr std::size_t kValueSizeMax = sizeof(std::uint32_t) + sizeof(std::uint64_t);  // beside its text

// Writes values one after the other to where there is room for them.
class ValueWriter {
 public:
  explicit ValueWriter(char* begin) : begin_(begin), end_(begin) {}

  template <typename Integer>
  void add_raw(Integer value) {
    std::memcpy(end_, &value, sizeof(Integer));
    end_ += sizeof(Integer);
  }

  void add_text(std::string_view text) {
    add_raw(static_cast<std::uint32_t>(text.size()));
    std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
  }

  void add(const FieldValue& value, ValueType type) {
    if (!value.present) return add_raw(kNoValue);
    if (type == ValueType::kText) return add_text(value.text);
    add_raw(std::uint32_t{sizeof(std::uint64_t)});
    add_raw(type == ValueType::kDouble ? std::bit_cast<std::int64_t>(value.number) : value.integer);
  }

  std::string_view bytes() const { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

 private:
  char* begin_;
  char* end_;
};

}  // namespace

RowIdentity::RowIdentity(const Contract& contract)
    : contract_(&contract), seed_(hash64(contract.name)), content_(2) {
  const RecordIdentity& identity = contract.identity;
  for (std::size_t i = 0; i < contract.properties.size(); ++i) {
    if (identity.id != i) content_[static_cast<std::size_t>(Kind::kId)].push_back(i);
    if (std::ranges::find(identity.fields, i) == identity.fields.end()) {
      content_[static_cast<std::size_t>(Kind::kFields)].push_back(i);
    }
  }
}

Check RowIdentity::identify(Row& row, std::uint64_t position_id) {
  const RecordIdentity& identity = contract_->identity;
  const Kind kind = kind_of(row);
  if (kind == Kind::kPosition && !identity.is_position()) {
    return Fault{Reason::kMissingField,
                 fmt::format("{} is missing: nothing else tells the record from others",
                             contract_->properties[*identity.id].name)};
  }
  make_room(row);
  row.event_id = hash_of_identity(row, kind, position_id);
  row.content_hash = identity.is_position() ? 0 : hash_of_content(row, kind);
  return {};
}

RowIdentity::Kind RowIdentity::kind_of(const Row& row) const {
  const RecordIdentity& identity = contract_->identity;
  if (identity.id && row.fields[*identity.id].present) return Kind::kId;
  return identity.fields.empty() ? Kind::kPosition : Kind::kFields;
}

// For the larger of the two: the kind of identity and its values, or all values and the extra members.
void RowIdentity::make_room(const Row& row) {
  std::size_t size = sizeof(Kind) + sizeof(std::uint64_t) + kValueSizeMax + row.extra.size();
  for (const FieldValue& value : row.fields) size += kValueSizeMax + value.text.size();
  for (const std::size_t i : contract_->identity.fields) size += kValueSizeMax + row.fields[i].text.size();
  if (bytes_.size() < size) bytes_.resize(2 * size);
}

std::uint64_t RowIdentity::hash_of_identity(const Row& row, Kind kind, std::uint64_t position_id) {
  ValueWriter writer(bytes_.data());
  writer.add_raw(kind);
  const auto add = [&](std::size_t i) { writer.add(row.fields[i], contract_->properties[i].type); };
  switch (kind) {
    case Kind::kId:
      add(*contract_->identity.id);
      break;
    case Kind::kFields:
      std::ranges::for_each(contract_->identity.fields, add);
      break;
    case Kind::kPosition:
      writer.add_raw(position_id);
      break;
  }
  return hash64(writer.bytes(), seed_);
}

std::uint64_t RowIdentity::hash_of_content(const Row& row, Kind kind) {
  ValueWriter writer(bytes_.data());
  for (const std::size_t i : content_[static_cast<std::size_t>(kind)]) {
    writer.add(row.fields[i], contract_->properties[i].type);
  }
  if (row.extra.data() == nullptr) {
    writer.add_raw(kNoValue);
  } else {
    writer.add_text(row.extra);
  }
  return hash64(writer.bytes(), seed_);
}

}  // namespace millrace
