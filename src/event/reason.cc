#include "event/reason.h"

namespace millrace {

std::string_view code(Reason reason) {
  switch (reason) {
    case Reason::kNotUtf8:
      return "not_utf8";
    case Reason::kNotJson:
      return "not_json";
    case Reason::kWrongTopLevelType:
      return "wrong_top_level_type";
    case Reason::kMissingField:
      return "missing_field";
    case Reason::kEmptyField:
      return "empty_field";
    case Reason::kWrongType:
      return "wrong_type";
    case Reason::kOutOfRange:
      return "out_of_range";
    case Reason::kBadTime:
      return "bad_time";
    case Reason::kTimeOutOfRange:
      return "time_out_of_range";
    case Reason::kUnknownEventType:
      return "unknown_event_type";
    case Reason::kUnknownEnumValue:
      return "unknown_enum_value";
    case Reason::kBadGeolocation:
      return "bad_geolocation";
    case Reason::kNegativePrice:
      return "negative_price";
    case Reason::kAmountMismatch:
      return "amount_mismatch";
    case Reason::kUnknownCurrency:
      return "unknown_currency";
    case Reason::kTooLarge:
      return "too_large";
    case Reason::kTooDeep:
      return "too_deep";
    case Reason::kDuplicateKey:
      return "duplicate_key";
    case Reason::kNullCharacter:
      return "null_character";
    case Reason::kIdConflict:
      return "id_conflict";
    case Reason::kTooManyColumns:
      return "too_many_columns";
    case Reason::kTooFewColumns:
      return "too_few_columns";
    case Reason::kUnterminatedQuote:
      return "unterminated_quote";
    case Reason::kHeaderChanged:
      return "header_changed";
  }
  return "unknown";
}

}  // namespace millrace
