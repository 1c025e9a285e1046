#include "schema/logical/from_protobuf.h"

#include <optional>
#include <string>
#include <utility>

#include "schema/logical/converter.h"

namespace regent::logical {
namespace {

using Kind = TableType::Kind;
using protobuf::Field;
using protobuf::Message;

TableType Scalar(std::string_view name) {
  if (name == "bool") return Plain(Kind::kBoolean);
  if (name == "float") return Plain(Kind::kFloat);
  if (name == "double") return Plain(Kind::kDouble);
  if (name == "string") return Plain(Kind::kString);
  if (name == "bytes") return Plain(Kind::kBinary);
  if (name == "int32" || name == "sint32" || name == "sfixed32") return Plain(Kind::kInt);
  if (name == "uint64" || name == "fixed64") return Plain(Kind::kDecimal, 20);
  return Plain(Kind::kLong);  // uint32 and fixed32 do not fit an int
}

// Messages that mean a value.
std::optional<TableType> WellKnown(std::string_view full_name) {
  if (full_name == "google.protobuf.Timestamp") return Plain(Kind::kTimestampTz, 6);
  if (full_name == "google.type.Date") return Plain(Kind::kDate);
  if (full_name == "google.type.TimeOfDay") return Plain(Kind::kTime, 6);
  struct Wrapper {
    std::string_view name;
    std::string_view scalar;
  };
  for (const Wrapper& each :
       {Wrapper{"BoolValue", "bool"}, Wrapper{"Int32Value", "int32"}, Wrapper{"Int64Value", "int64"},
        Wrapper{"UInt32Value", "uint32"}, Wrapper{"UInt64Value", "uint64"}, Wrapper{"FloatValue", "float"},
        Wrapper{"DoubleValue", "double"}, Wrapper{"StringValue", "string"}, Wrapper{"BytesValue", "bytes"}}) {
    if (full_name == "google.protobuf." + std::string(each.name)) return Scalar(each.scalar);
  }
  return std::nullopt;
}

class Converter {
 public:
  explicit Converter(const protobuf::SymbolTable& symbols) : symbols_(symbols) {}

  absl::StatusOr<TableType> Convert(const Message& message, const std::string& scope) {
    TableType row;
    for (const Field& field : message.fields) {
      const absl::Status added = AddField(field, scope, &row);
      if (!added.ok()) return added;
    }
    for (const protobuf::Oneof& oneof : message.oneofs) {
      for (const Field& field : oneof.fields) {
        const absl::Status added = AddField(field, scope, &row);
        if (!added.ok()) return added;
      }
    }
    return row;
  }

  // The first message of `file`.
  absl::StatusOr<TableType> Root(const protobuf::File& file) {
    if (file.messages.empty()) return place_.Invalid("there is no message to make a table of");
    const Message& message = file.messages[0];
    return Inner(message, protobuf::QualifiedName(file.package, message.name), "");
  }

 private:
  absl::Status AddField(const Field& field, const std::string& scope, TableType* row) {
    absl::StatusOr<TableType> type = TypeOf(field, scope);
    if (!type.ok()) return type.status();
    if (field.is_map()) {
      TableType map = Plain(Kind::kMap);
      map.elements = {Scalar(field.map_key_type), *std::move(type)};
      type = std::move(map);
    } else if (field.label == protobuf::Label::kRepeated) {
      TableType list = Plain(Kind::kList);
      list.elements.push_back(*std::move(type));
      type = std::move(list);
    }
    type->nullable = field.label != protobuf::Label::kRequired;
    row->fields.push_back({field.name, *std::move(type)});
    return absl::OkStatus();
  }

  // Of one value.
  absl::StatusOr<TableType> TypeOf(const Field& field, const std::string& scope) {
    if (field.is_group()) {
      return Inner(field.group_body[0], protobuf::QualifiedName(scope, field.type), field.name);
    }
    if (protobuf::IsScalarType(field.type)) return Leaf(Scalar(field.type), field.name);
    const auto resolved = symbols_.ResolveType(scope, field.type);
    if (!resolved.has_value()) return place_.Invalid("the type of field " + field.name + " is not defined");
    if (resolved->symbol.enumeration != nullptr) return Leaf(Plain(Kind::kString), field.name);
    if (const auto known = WellKnown(resolved->full_name)) return Leaf(*known, field.name);
    return Inner(*resolved->symbol.message, resolved->full_name, field.name);
  }

  // What holds nothing: it counts all the same.
  absl::StatusOr<TableType> Leaf(TableType type, const std::string& name) {
    const Place::Within within(&place_, name, nullptr);
    if (!within.status().ok()) return within.status();
    return type;
  }

  absl::StatusOr<TableType> Inner(const Message& message, const std::string& full_name, const std::string& name) {
    const Place::Within within(&place_, name, &message);
    if (!within.status().ok()) return within.status();
    return Convert(message, full_name);
  }

  const protobuf::SymbolTable& symbols_;
  Place place_;
};

}  // namespace

absl::StatusOr<TableType> TableFromProtobuf(const protobuf::ProtobufSchema& schema) {
  return Converter(schema.symbols()).Root(schema.file());
}

}  // namespace regent::logical
