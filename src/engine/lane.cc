#include "engine/lane.h"

namespace millrace {

Lane& Lanes::of(const Contract& contract, std::size_t index) {
  std::unique_ptr<Lane>& lane = lanes_[&contract][index];
  if (lane == nullptr) lane = contract.is_nested() ? make_visit_lane(contract) : make_row_lane(contract);
  return *lane;
}

}  // namespace millrace
