// Why a record or an event was refused: exactly one code each, and never a sentence without a code.
#pragma once

#include <array>
#include <string_view>

namespace millrace {

enum class Reason {
  kNotUtf8,
  kNotJson,
  kWrongTopLevelType,
  kMissingField,
  kEmptyField,
  kWrongType,
  kOutOfRange,
  kBadTime,
  kTimeOutOfRange,
  kUnknownEventType,
  kUnknownEnumValue,
  kBadGeolocation,
  kNegativePrice,
  kAmountMismatch,
  kUnknownCurrency,
  kTooLarge,
  kTooDeep,
  kDuplicateKey,
  kNullCharacter,
  kIdConflict,
  kTooManyColumns,
  kTooFewColumns,
  kUnterminatedQuote,
  kHeaderChanged,
};

inline constexpr std::array kAllReasons = {
    Reason::kNotUtf8,        Reason::kNotJson,          Reason::kWrongTopLevelType, Reason::kMissingField,
    Reason::kEmptyField,     Reason::kWrongType,        Reason::kOutOfRange,        Reason::kBadTime,
    Reason::kTimeOutOfRange, Reason::kUnknownEventType, Reason::kUnknownEnumValue,  Reason::kBadGeolocation,
    Reason::kNegativePrice,  Reason::kAmountMismatch,   Reason::kUnknownCurrency,   Reason::kTooLarge,
    Reason::kTooDeep,        Reason::kDuplicateKey,     Reason::kNullCharacter,     Reason::kIdConflict,
    Reason::kTooManyColumns, Reason::kTooFewColumns,    Reason::kUnterminatedQuote, Reason::kHeaderChanged,
};

// The code as it stands in raw.dead_letters, in the command line and in metrics: `amount_mismatch`.
std::string_view code(Reason reason);

}  // namespace millrace
