// What a value of one property must keep to beyond its type: range, length, the values that are allowed, and
// what the column of curated.events asks for that it goes to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "event/contract.h"
#include "event/fault.h"
#include "event/row.h"

namespace millrace {

class ValueRules {
 public:
  explicit ValueRules(const ContractProperty& property);  // must outlive the rules

  // The first rule that the value, which is there, breaks.
  Check check(const FieldValue& value, Timestamp arrival) const {
    if (!has_rules_) return {};
    return check_all(value, arrival);
  }

 private:
  void set_bounds();
  void set_allowed();

  Check check_all(const FieldValue& value, Timestamp arrival) const;
  Check check_length(const FieldValue& value) const;
  Check check_bounds(const FieldValue& value) const;
  Check check_allowed(const FieldValue& value) const;
  Check check_event_time(const FieldValue& value, Timestamp arrival) const;
  Check check_vocabulary(const FieldValue& value) const;

  bool is_less(const FieldValue& a, const FieldValue& b) const;
  bool is_equal(const FieldValue& a, const FieldValue& b) const;
  std::string in_words(const FieldValue& value) const;
  std::string bounds_in_words() const;

  const ContractProperty* property_;
  std::optional<FieldValue> minimum_;
  std::optional<FieldValue> maximum_;
  std::vector<FieldValue> allowed_;  // property_->values by the property's type
  bool bounds_price_at_zero_ = false;
  bool has_rules_ = false;
};

}  // namespace millrace
