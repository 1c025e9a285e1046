#include "schema/avro/java_number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace regent::avro {
namespace {

// A finite, positive number as 0.DIGITS * 10^exponent without trailing zeros.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal ReadScientific(std::string_view text) {
  const size_t e = text.find('e');
  Decimal decimal;
  for (char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  decimal.exponent = std::atoi(std::string(text.substr(e + 1)).c_str()) + 1;
  return decimal;
}

// The shortest digits that read back as `value`. Of one digit, Java takes the nearest two: 4.9E-324 and not 5E-324.
template <typename Real>
Decimal Shortest(Real value) {
  char buffer[64];
  std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  Decimal decimal = ReadScientific(std::string_view(buffer, end.ptr - buffer));
  if (decimal.digits.size() > 1) return decimal;
  end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific, 1);
  return ReadScientific(std::string_view(buffer, end.ptr - buffer));
}

template <typename Real>
std::string Print(Real value) {
  if (std::isnan(value)) return "NaN";
  std::string out = std::signbit(value) ? "-" : "";
  value = std::abs(value);
  if (std::isinf(value)) return out + "Infinity";
  if (value == 0) return out + "0.0";
  const Decimal decimal = Shortest(value);
  const std::string& digits = decimal.digits;
  const int exponent = decimal.exponent;
  if (exponent < -2 || exponent > 7) {
    out += digits[0];
    out += '.';
    out += digits.size() > 1 ? digits.substr(1) : "0";
    return out + "E" + std::to_string(exponent - 1);
  }
  if (exponent <= 0) return out + "0." + std::string(-exponent, '0') + digits;
  const size_t whole = static_cast<size_t>(exponent);
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool IsDecimalNumeral(std::string_view text) {
  size_t at = 0;
  auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
    return at > begin;
  };
  bool any = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    any = digits() || any;
  }
  if (!any) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

double ReadNumber(std::string_view text) {
  double value = 0;
  // Beyond the range this gives an infinity or zero, as Java does.
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value)) return 0;
  return value;
}

}  // namespace

std::string JavaDouble(double value) { return Print(value); }
std::string JavaFloat(float value) { return Print(value); }

bool ParseJavaDouble(std::string_view text, double* value) {
  absl::string_view trimmed = absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size()));
  std::string_view rest(trimmed.data(), trimmed.size());
  bool negative = false;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (rest == "NaN") {
    *value = std::nan("");
    return true;
  }
  if (rest == "Infinity") {
    *value = negative ? -HUGE_VAL : HUGE_VAL;
    return true;
  }
  if (!rest.empty() && std::string_view("fFdD").find(rest.back()) != std::string_view::npos) rest.remove_suffix(1);
  if (!IsDecimalNumeral(rest)) return false;
  *value = negative ? -ReadNumber(rest) : ReadNumber(rest);
  return true;
}

JsonValue JavaDoubleValue(double value) {
  return std::isfinite(value) ? JsonValue::Number(JavaDouble(value)) : JsonValue::String(JavaDouble(value));
}

JsonValue JavaFloatValue(float value) {
  return std::isfinite(value) ? JsonValue::Number(JavaFloat(value)) : JsonValue::String(JavaFloat(value));
}

void NormalizeNumbers(JsonValue* value) {
  std::vector<JsonValue*> open = {value};
  while (!open.empty()) {
    JsonValue* next = open.back();
    open.pop_back();
    if (next->is_array()) {
      for (JsonValue& item : next->items()) open.push_back(&item);
    } else if (next->is_object()) {
      for (JsonValue::Member& member : next->members()) open.push_back(&member.second);
    } else if (next->is_number()) {
      if (!IsWholeNumber(next->number_text())) {
        *next = JavaDoubleValue(ReadNumber(next->number_text()));
      } else if (next->number_text() == "-0") {
        *next = JsonValue::Number(int64_t{0});
      }
    }
  }
}

bool IsWholeNumber(std::string_view text) { return text.find_first_of(".eE") == std::string_view::npos; }

}  // namespace regent::avro
