// Numbers of a JSON document, exact and of any size: compared by value, printed as Java's BigInteger and BigDecimal do.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace regent::json_schema {

// A decimal number. Nothing here costs more than the length of the digits as they were written: an exponent of a
// billion is a number like any other.
class Decimal {
 public:
  Decimal() = default;  // zero
  // Nothing when `text` is no JSON number, or its exponent is beyond what BigDecimal holds (32 bits).
  static std::optional<Decimal> Parse(std::string_view text);

  bool is_zero() const { return digits_.empty(); }
  bool is_negative() const { return negative_; }
  bool IsWhole() const { return exponent_ >= 0; }
  // Whether this is a whole multiple of `divisor`. A zero divisor divides nothing. Numbers of more than 18 digits are
  // multiples of none but their equals, of 1 and of powers of ten.
  bool IsMultipleOf(const Decimal& divisor) const;
  // One spelling per value, e.g. "15e-1": for hashing and sets.
  std::string Key() const;

  // For people: without an exponent where it is short enough.
  std::string ToText() const;

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const = default;

 private:
  std::strong_ordering CompareMagnitude(const Decimal& other) const;

  bool negative_ = false;
  std::string digits_;    // without zeros at either end; empty is zero
  int64_t exponent_ = 0;  // the value is digits * 10^exponent
};

// `1.50` stays, `1e3` becomes `1E+3`, `-0` becomes `0`: see BigDecimal.toString. Nothing where Decimal::Parse says so.
std::optional<std::string> JavaNumberText(std::string_view text);

}  // namespace regent::json_schema
