// Numbers as Java prints them: what other registries store and hash.
#pragma once

#include <string>
#include <string_view>

#include "base/json_value.h"

namespace regent::avro {

// As Double.toString and Float.toString of Java 19 and later: 1.0, 1.0E7, 9.999E-4, NaN, Infinity.
std::string JavaDouble(double value);
std::string JavaFloat(float value);

// Reads what Java's Double.valueOf reads, hexadecimal apart: " 1.5 ", "1e3f", "-Infinity". False for anything else.
bool ParseJavaDouble(std::string_view text, double* value);

// A number that JSON has no word for becomes a string, as Jackson writes it.
JsonValue JavaDoubleValue(double value);
JsonValue JavaFloatValue(float value);

// Rewrites every number within `value` as Java would after reading it: whole numbers stay, -0 becomes 0, others are
// doubles (1.50 becomes 1.5, 1e400 "Infinity").
void NormalizeNumbers(JsonValue* value);

// Whether `text`, a JSON number, was written without fraction and exponent.
bool IsWholeNumber(std::string_view text);

}  // namespace regent::avro
