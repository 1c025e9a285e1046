#include "schema/logical/from_avro.h"

#include <string>
#include <utility>

#include "schema/logical/converter.h"

namespace regent::logical {
namespace {

using Kind = TableType::Kind;
using avro::AvroSchema;
using avro::AvroType;

const JsonValue* FindProp(const AvroSchema& schema, std::string_view name) {
  for (const JsonValue::Member& prop : schema.props) {
    if (prop.first == name) return &prop.second;
  }
  return nullptr;
}

std::string LogicalName(const AvroSchema& schema) {
  const JsonValue* name = FindProp(schema, "logicalType");
  return name != nullptr && name->is_string() ? name->string_value() : std::string();
}

// A whole number; 0 where there is none, `wrong` where it is something else.
int64_t NumberProp(const AvroSchema& schema, std::string_view name, int64_t wrong) {
  const JsonValue* value = FindProp(schema, name);
  return value == nullptr ? 0 : value->ToInt64().value_or(wrong);
}

class Converter {
 public:
  absl::StatusOr<TableType> Convert(const AvroSchema& schema, std::string_view name) {
    const Place::Within within(&place_, name, schema.type == AvroType::kRecord ? &schema : nullptr);
    if (!within.status().ok()) return within.status();
    switch (schema.type) {
      case AvroType::kNull:
        return place_.Invalid("null alone is no type of a column");
      case AvroType::kBoolean:
        return Plain(Kind::kBoolean);
      case AvroType::kInt:
        return Int(LogicalName(schema));
      case AvroType::kLong:
        return Long(LogicalName(schema));
      case AvroType::kFloat:
        return Plain(Kind::kFloat);
      case AvroType::kDouble:
        return Plain(Kind::kDouble);
      case AvroType::kBytes:
      case AvroType::kFixed:
        return Bytes(schema);
      case AvroType::kString:
      case AvroType::kEnum:
        return Plain(Kind::kString);
      case AvroType::kArray:
        return Container(schema, Kind::kList, "element");
      case AvroType::kMap:
        return Container(schema, Kind::kMap, "value");
      case AvroType::kUnion:
        return Union(schema);
      case AvroType::kRecord:
        return Record(schema);
    }
    return place_.Invalid("an unknown type");
  }

 private:
  static TableType Int(const std::string& logical) {
    if (logical == "date") return Plain(Kind::kDate);
    return logical == "time-millis" ? Plain(Kind::kTime, 3) : Plain(Kind::kInt);
  }

  absl::StatusOr<TableType> Long(const std::string& logical) const {
    if (logical == "time-micros") return Plain(Kind::kTime, 6);
    if (logical == "timestamp-millis") return Plain(Kind::kTimestampTz, 3);
    if (logical == "timestamp-micros") return Plain(Kind::kTimestampTz, 6);
    if (logical == "local-timestamp-millis") return Plain(Kind::kTimestamp, 3);
    if (logical == "local-timestamp-micros") return Plain(Kind::kTimestamp, 6);
    if (logical == "timestamp-nanos" || logical == "local-timestamp-nanos") {
      return place_.Invalid("tables keep microseconds, not nanoseconds");
    }
    return Plain(Kind::kLong);
  }

  absl::StatusOr<TableType> Bytes(const AvroSchema& schema) const {
    const std::string logical = LogicalName(schema);
    if (logical == "decimal") {
      const int64_t digits = NumberProp(schema, "precision", 0);
      const int64_t after = NumberProp(schema, "scale", -1);
      // Where the attributes make no sense, Avro reads plain bytes.
      if (digits > 0 && after >= 0 && after <= digits) {
        if (digits > kMostDigits) return place_.Invalid("a decimal has at most 38 digits in a table");
        TableType type = Plain(Kind::kDecimal, static_cast<int>(digits));
        type.scale = static_cast<int>(after);
        return type;
      }
    }
    if (schema.type == AvroType::kBytes) return Plain(Kind::kBinary);
    if (logical == "uuid" && schema.size == 16) return Plain(Kind::kString);
    TableType type = Plain(Kind::kFixed);
    type.length = schema.size;
    return type;
  }

  absl::StatusOr<TableType> Container(const AvroSchema& schema, Kind kind, std::string_view name) {
    absl::StatusOr<TableType> inner = Convert(*schema.children[0], name);
    if (!inner.ok()) return inner;
    TableType type = Plain(kind);
    if (kind == Kind::kMap) type.elements.push_back(Plain(Kind::kString));
    type.elements.push_back(*std::move(inner));
    return type;
  }

  absl::StatusOr<TableType> Union(const AvroSchema& schema) {
    std::vector<const AvroSchema*> branches;
    for (const AvroSchema* branch : schema.children) {
      if (branch->type != AvroType::kNull) branches.push_back(branch);
    }
    if (branches.empty()) return place_.Invalid("null alone is no type of a column");
    const bool nullable = branches.size() < schema.children.size();
    if (branches.size() == 1) {
      absl::StatusOr<TableType> only = Convert(*branches[0], "");
      if (only.ok()) only->nullable = nullable || only->nullable;
      return only;
    }
    TableType row;
    row.nullable = nullable;
    for (const AvroSchema* branch : branches) {
      const std::string name = branch->full_name.empty() ? std::string(AvroTypeName(branch->type)) : branch->full_name;
      absl::StatusOr<TableType> type = Convert(*branch, name);
      if (!type.ok()) return type;
      type->nullable = true;
      row.fields.push_back({name, *std::move(type)});
    }
    return row;
  }

  absl::StatusOr<TableType> Record(const AvroSchema& schema) {
    TableType row;
    for (const avro::AvroField& field : schema.fields) {
      absl::StatusOr<TableType> type = Convert(*field.schema, field.name);
      if (!type.ok()) return type;
      row.fields.push_back({field.name, *std::move(type)});
    }
    return row;
  }

  Place place_;
};

}  // namespace

absl::StatusOr<TableType> TableFromAvro(const AvroSchema& schema) { return Converter().Convert(schema, ""); }

}  // namespace regent::logical
