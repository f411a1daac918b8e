// Transactions: units of a product sold in a store.
#pragma once

#include <array>
#include <vector>

#include "simulate/line_text.h"
#include "simulate/record_stream.h"
#include "simulate/sales.h"

namespace millrace {

class TransactionStream final : public RecordStream {
 public:
  TransactionStream(const World& world, std::unique_ptr<EventTimes> times);  // of the sales

  bool next(std::string& out) override;
  Timestamp time() const override { return sales_.clock().now(); }
  std::optional<Timestamp> due() const override { return sales_.clock().due(); }
  void tell(TruthObject& truth) const override;

 private:
  const World& world_;
  Sales sales_;
  TimeText time_text_{TimeText::Form::kMicroseconds};
  std::string beginning_;
  std::vector<std::array<std::uint64_t, kStoreCount>> units_;  // by product
};

}  // namespace millrace
