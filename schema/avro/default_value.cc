#include "schema/avro/default_value.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "schema/avro/java_number.h"

namespace regent::avro {
namespace {

// The number of code points, or nothing when one of them is no byte (above U+00FF).
std::optional<size_t> BytesOf(std::string_view text) {
  size_t bytes = 0;
  for (char c : text) {
    const unsigned char unit = c;
    if (unit > 0xC3) return std::nullopt;  // the first of a longer sequence
    if ((unit & 0xC0) != 0x80) ++bytes;
  }
  return bytes;
}

bool FitsWhole(const JsonValue& value, int64_t min, int64_t max) {
  const std::optional<int64_t> number = value.ToInt64();
  return number && *number >= min && *number <= max;
}

// Float and double defaults that JSON cannot write are kept as text.
bool FitsReal(const JsonValue& value) {
  if (value.is_number()) return true;
  return value.is_string() &&
         (value.string_value() == "NaN" || value.string_value() == "Infinity" || value.string_value() == "-Infinity");
}

// Looks at the members and not at the fields: a default may hold many small objects of a large record.
bool FitsRecord(const JsonValue& value, const AvroSchema& schema) {
  if (!value.is_object()) return false;
  int required_given = 0;
  for (const JsonValue::Member& member : value.members()) {
    const int place = schema.FindField(member.first);
    if (place < 0) continue;
    const AvroField& field = schema.fields[place];
    if (!DefaultFits(member.second, *field.schema)) return false;
    if (!field.default_value) ++required_given;
  }
  return required_given == schema.fields_without_default;
}

// Goes by the outermost value only, or values nested in many unions would be looked through once for each.
bool MayFit(const JsonValue& value, AvroType type) {
  switch (type) {
    case AvroType::kNull:
      return value.is_null();
    case AvroType::kBoolean:
      return value.is_bool();
    case AvroType::kInt:
    case AvroType::kLong:
      return value.is_number() && IsWholeNumber(value.number_text());
    case AvroType::kFloat:
    case AvroType::kDouble:
      return value.is_number();
    case AvroType::kArray:
      return value.is_array();
    case AvroType::kMap:
    case AvroType::kRecord:
      return value.is_object();
    default:
      return value.is_string();
  }
}

// The first branch of a union that the value may belong to.
const AvroSchema* BranchFor(const JsonValue& value, const AvroSchema& schema) {
  for (const AvroSchema* branch : schema.children) {
    if (MayFit(value, branch->type)) return branch;
  }
  return nullptr;
}

JsonValue RetypeNumber(const JsonValue& value, AvroType type) {
  double number = 0;
  if (!absl::SimpleAtod(value.number_text(), &number)) return value;
  if (type == AvroType::kDouble) return JavaDoubleValue(number);
  if (std::abs(number) > std::numeric_limits<float>::max()) return JavaDoubleValue(std::copysign(HUGE_VAL, number));
  return JavaFloatValue(static_cast<float>(number));
}

JsonValue RetypeArray(const JsonValue& value, const AvroSchema& item_schema) {
  std::vector<JsonValue> items;
  items.reserve(value.items().size());
  for (const JsonValue& item : value.items()) items.push_back(RetypeDefault(item, item_schema));
  return JsonValue::Array(std::move(items));
}

// `schema` is a map or a record.
JsonValue RetypeObject(const JsonValue& value, const AvroSchema& schema) {
  std::vector<JsonValue::Member> members;
  members.reserve(value.members().size());
  for (const JsonValue::Member& member : value.members()) {
    const AvroSchema* member_schema = nullptr;
    if (schema.type == AvroType::kMap) {
      member_schema = schema.children[0];
    } else if (const int field = schema.FindField(member.first); field >= 0) {
      member_schema = schema.fields[field].schema;
    }
    members.emplace_back(member.first,
                         member_schema == nullptr ? member.second : RetypeDefault(member.second, *member_schema));
  }
  return JsonValue::Object(std::move(members));
}

}  // namespace

bool DefaultFits(const JsonValue& value, const AvroSchema& schema) {
  const auto fits_child = [&](const JsonValue& item) { return DefaultFits(item, *schema.children[0]); };
  switch (schema.type) {
    case AvroType::kNull:
      return value.is_null();
    case AvroType::kBoolean:
      return value.is_bool();
    case AvroType::kInt:
      return FitsWhole(value, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
    case AvroType::kLong:
      return FitsWhole(value, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
    case AvroType::kFloat:
    case AvroType::kDouble:
      return FitsReal(value);
    case AvroType::kString:
      return value.is_string();
    case AvroType::kBytes:
      return value.is_string() && BytesOf(value.string_value());
    case AvroType::kFixed:
      return value.is_string() && BytesOf(value.string_value()) == static_cast<size_t>(schema.size);
    case AvroType::kEnum:
      return value.is_string();
    case AvroType::kArray:
      return value.is_array() && std::all_of(value.items().begin(), value.items().end(), fits_child);
    case AvroType::kMap:
      return value.is_object() && std::all_of(value.members().begin(), value.members().end(),
                                              [&](const auto& member) { return fits_child(member.second); });
    case AvroType::kUnion:
      return !schema.children.empty() && DefaultFits(value, *schema.children[0]);
    case AvroType::kRecord:
      return FitsRecord(value, schema);
  }
  return false;
}

JsonValue RetypeDefault(const JsonValue& value, const AvroSchema& schema) {
  switch (schema.type) {
    case AvroType::kFloat:
    case AvroType::kDouble:
      return value.is_number() ? RetypeNumber(value, schema.type) : value;
    case AvroType::kArray:
      return value.is_array() ? RetypeArray(value, *schema.children[0]) : value;
    case AvroType::kMap:
    case AvroType::kRecord:
      return value.is_object() ? RetypeObject(value, schema) : value;
    case AvroType::kUnion: {
      const AvroSchema* branch = BranchFor(value, schema);
      return branch == nullptr ? value : RetypeDefault(value, *branch);
    }
    default:
      return value;
  }
}

}  // namespace regent::avro
