// Flat records: each is a row, stored once under its identity.
#include <fmt/format.h>

#include "base/hash.h"
#include "engine/lane.h"
#include "event/row_decoder.h"

namespace millrace {
namespace {

class RowLane final : public Lane {
 public:
  explicit RowLane(const Contract& contract) : contract_(contract), decoder_(contract) {}

  Check begin_batch(std::string_view partition, std::string_view header) override {
    position_seed_ = hash64(partition);
    if (has_header_ && header_ == header) return header_fault_;
    has_header_ = true;
    header_ = header;
    header_fault_ = decoder_.set_header(header_);
    return header_fault_;
  }

  Standing decode(std::string_view record, Timestamp received_at, std::int64_t place,
                  bool unterminated) override {
    record_ = record;
    decoded_ = &decoder_.decode(record, received_at, position_seed_ + static_cast<std::uint64_t>(place),
                                unterminated);
    if (!decoded_->readable) return Standing::kRefused;
    return contract_.identity.is_position() ? Standing::kUnique : Standing::kKeyed;
  }

  std::uint64_t key() const override { return decoded_->row.event_id; }

  Status refuse(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    return refuse(decoded_->refusal, writer, provenance, tally);
  }

  Status store(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    ++tally.records.received;
    ++tally.records.stored;
    return writer.store(contract_, decoded_->row, provenance);
  }

  Status look_up(Sink& sink, std::span<const std::uint64_t> keys) override {
    MILLRACE_ASSIGN(stored_, sink.find_rows(contract_, keys));
    return {};
  }

  Result<bool> resolve(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    MILLRACE_TRY(settle(writer, provenance, tally));
    return true;
  }

  Status settle(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    const auto [stored, is_new] = stored_.try_emplace(key(), decoded_->row.content_hash);
    if (is_new) return store(writer, provenance, tally);
    if (stored->second != decoded_->row.content_hash) {
      return refuse(conflict(), writer, provenance, tally);
    }
    ++tally.records.received;
    ++tally.records.duplicates;
    return {};
  }

 private:
  Status refuse(const Refusal& refusal, EpochWriter& writer, const Provenance& provenance, Tally& tally) {
    ++tally.records.received;
    ++tally.records.dead_letters;
    return writer.refuse(contract_, refusal, provenance);
  }

  Refusal conflict() const {
    const auto& id = contract_.identity.id;
    const bool by_id = id && decoded_->row.fields[*id].present;
    return {Reason::kIdConflict,
            fmt::format("a record with the same {} is stored, and its other values are not these",
                        by_id ? contract_.properties[*id].name : "identity"),
            record_, std::nullopt};
  }

  const Contract& contract_;
  RowDecoder decoder_;
  bool has_header_ = false;
  std::string header_;
  Check header_fault_;
  std::uint64_t position_seed_ = 0;
  std::string_view record_;
  const DecodedRow* decoded_ = nullptr;
  StoredRows stored_;
};

}  // namespace

std::unique_ptr<Lane> make_row_lane(const Contract& contract) {
  return std::make_unique<RowLane>(contract);
}

}  // namespace millrace
