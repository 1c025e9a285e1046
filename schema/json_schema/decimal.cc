#include "schema/json_schema/decimal.h"

#include <charconv>
#include <limits>

#include "absl/strings/str_cat.h"

namespace regent::json_schema {
namespace {

// A number as written: the digits with the point taken out, and where the point was.
struct Written {
  bool negative = false;
  bool whole_notation = true;  // neither point nor exponent
  std::string digits;          // may begin with zeros
  int64_t scale = 0;           // the value is digits * 10^-scale, as in BigDecimal
};

std::optional<Written> Read(std::string_view text) {
  Written written;
  if (!text.empty() && text.front() == '-') {
    written.negative = true;
    text.remove_prefix(1);
  }
  const size_t e = text.find_first_of("eE");
  int64_t exponent = 0;
  if (e != std::string_view::npos) {
    written.whole_notation = false;
    std::string_view power = text.substr(e + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc() || end != power.data() + power.size()) return std::nullopt;
    text = text.substr(0, e);
  }
  const size_t point = text.find('.');
  written.digits = std::string(text.substr(0, point));
  if (point != std::string_view::npos) {
    written.whole_notation = false;
    written.digits += text.substr(point + 1);
    written.scale = static_cast<int64_t>(text.size() - point - 1);
  }
  if (written.digits.empty() || written.digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (exponent < -kMost || exponent > kMost) return std::nullopt;
  written.scale -= exponent;
  if (written.scale < -kMost || written.scale > kMost) return std::nullopt;
  const size_t first = written.digits.find_first_not_of('0');
  written.digits.erase(0, first == std::string::npos ? written.digits.size() : first);
  return written;
}

using Wide = unsigned __int128;

uint64_t PowerOfTenModulo(int64_t exponent, uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<uint64_t>(result);
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  std::optional<Written> written = Read(text);
  if (!written) return std::nullopt;
  Decimal out;
  const size_t last = written->digits.find_last_not_of('0');
  if (last == std::string::npos) return out;  // zero has one spelling
  out.negative_ = written->negative;
  out.exponent_ = -written->scale + static_cast<int64_t>(written->digits.size() - last - 1);
  written->digits.resize(last + 1);
  out.digits_ = std::move(written->digits);
  return out;
}

std::strong_ordering Decimal::CompareMagnitude(const Decimal& other) const {
  if (is_zero() || other.is_zero()) return other.is_zero() <=> is_zero();
  const int64_t top = exponent_ + static_cast<int64_t>(digits_.size());
  const int64_t other_top = other.exponent_ + static_cast<int64_t>(other.digits_.size());
  if (top != other_top) return top <=> other_top;
  return digits_.compare(other.digits_) <=> 0;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_) return other.negative_ <=> negative_;
  return negative_ ? other.CompareMagnitude(*this) : CompareMagnitude(other);
}

bool Decimal::IsMultipleOf(const Decimal& divisor) const {
  if (divisor.is_zero()) return false;
  if (is_zero()) return true;
  // Neither ends in a zero: a smaller exponent means a digit below the divisor's last one, or of its kind.
  constexpr size_t kWide = 18;
  if (digits_.size() > kWide || divisor.digits_.size() > kWide) {
    return exponent_ >= divisor.exponent_ && (divisor.digits_ == "1" || divisor.digits_ == digits_);
  }
  if (exponent_ < divisor.exponent_) return false;
  uint64_t own = 0;
  uint64_t modulus = 0;
  std::from_chars(digits_.data(), digits_.data() + digits_.size(), own);
  std::from_chars(divisor.digits_.data(), divisor.digits_.data() + divisor.digits_.size(), modulus);
  return static_cast<Wide>(own % modulus) * PowerOfTenModulo(exponent_ - divisor.exponent_, modulus) % modulus == 0;
}

std::string Decimal::Key() const {
  if (is_zero()) return "0";
  return absl::StrCat(negative_ ? "-" : "", digits_, "e", exponent_);
}

std::string Decimal::ToText() const {
  constexpr int64_t kMostZeros = 12;
  if (exponent_ > 0 && exponent_ <= kMostZeros) return (negative_ ? "-" : "") + digits_ + std::string(exponent_, '0');
  return JavaNumberText(Key()).value_or(Key());
}

std::optional<std::string> JavaNumberText(std::string_view text) {
  const std::optional<Written> written = Read(text);
  if (!written) return std::nullopt;
  const std::string digits = written->digits.empty() ? "0" : written->digits;
  const std::string sign = written->negative && !written->digits.empty() ? "-" : "";
  if (written->whole_notation) return sign + digits;
  const int64_t scale = written->scale;
  const auto length = static_cast<int64_t>(digits.size());
  const int64_t adjusted = length - 1 - scale;  // the exponent when one digit stands before the point
  if (scale == 0) return sign + digits;
  if (scale > 0 && adjusted >= -6) {
    if (scale < length) {
      return sign + digits.substr(0, length - scale) + "." + digits.substr(length - scale);
    }
    return sign + "0." + std::string(scale - length, '0') + digits;
  }
  std::string out = sign + digits.substr(0, 1);
  if (length > 1) out += "." + digits.substr(1);
  if (adjusted != 0) absl::StrAppend(&out, "E", adjusted > 0 ? "+" : "", adjusted);
  return out;
}

}  // namespace regent::json_schema
