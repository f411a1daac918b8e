#include "event/row_identity.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "base/hash.h"

namespace millrace {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kNoValue = ~std::uint32_t{0};

template <typename Integer>
void append_raw(std::string& out, Integer value) {
  char raw[sizeof(Integer)];
  std::memcpy(raw, &value, sizeof(Integer));
  out.append(raw, sizeof(Integer));
}

}  // namespace

RowIdentity::RowIdentity(const Contract& contract)
    : contract_(&contract), seed_(hash64(contract.name)), is_field_(contract.properties.size()) {
  for (const std::size_t field : contract.identity.fields) is_field_[field] = true;
}

Check RowIdentity::identify(Row& row, std::uint64_t position_id) {
  const RecordIdentity& identity = contract_->identity;
  const Kind kind = kind_of(row);
  if (kind == Kind::kPosition && !identity.is_position()) {
    return Fault{Reason::kMissingField,
                 fmt::format("{} is missing: nothing else tells the record from others",
                             contract_->properties[*identity.id].name)};
  }
  bytes_.clear();
  add_identity(row, kind, position_id);
  row.event_id = hash64(bytes_, seed_);
  bytes_.clear();
  add_content(row, kind);
  row.content_hash = hash64(bytes_, seed_);
  return {};
}

RowIdentity::Kind RowIdentity::kind_of(const Row& row) const {
  const RecordIdentity& identity = contract_->identity;
  if (identity.id && row.fields[*identity.id].present) return Kind::kId;
  return identity.fields.empty() ? Kind::kPosition : Kind::kFields;
}

void RowIdentity::add_identity(const Row& row, Kind kind, std::uint64_t position_id) {
  bytes_ += static_cast<char>(kind);
  switch (kind) {
    case Kind::kId:
      return add(row, *contract_->identity.id);
    case Kind::kFields:
      for (const std::size_t field : contract_->identity.fields) add(row, field);
      return;
    case Kind::kPosition:
      return add_raw(position_id);
  }
}

void RowIdentity::add_content(const Row& row, Kind kind) {
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const bool identifies =
        kind == Kind::kId ? i == contract_->identity.id : kind == Kind::kFields && is_field_[i];
    if (!identifies) add(row, i);
  }
  if (row.extra.data() == nullptr) {
    append_raw(bytes_, kNoValue);
  } else {
    add_text(row.extra);
  }
}

void RowIdentity::add(const Row& row, std::size_t property) {
  const FieldValue& value = row.fields[property];
  if (!value.present) return append_raw(bytes_, kNoValue);
  switch (contract_->properties[property].type) {
    case ValueType::kText:
      return add_text(value.text);
    case ValueType::kDouble:
      append_raw(bytes_, std::uint32_t{sizeof(double)});
      return add_raw(std::bit_cast<std::uint64_t>(value.number));
    default:
      append_raw(bytes_, std::uint32_t{sizeof(std::int64_t)});
      return add_raw(static_cast<std::uint64_t>(value.integer));
  }
}

void RowIdentity::add_text(std::string_view text) {
  append_raw(bytes_, static_cast<std::uint32_t>(text.size()));
  bytes_.append(text);
}

void RowIdentity::add_raw(std::uint64_t value) {
  append_raw(bytes_, value);
}

}  // namespace millrace
