// An Avro schema as a tree whose named types are shared: recursion is a pointer back to the definition.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/json_value.h"

namespace regent::avro {

enum class AvroType {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kArray,
  kMap,
  kUnion,
  kFixed,
  kEnum,
  kRecord,  // errors too: see AvroSchema::is_error
};

// "int", "record": as schemas spell them.
std::string_view AvroTypeName(AvroType type);
// Nothing for a name that is not one of the eight primitive types.
std::optional<AvroType> PrimitiveOf(std::string_view name);
bool IsPrimitive(AvroType type);
// Fixed, enum, record: the types that have a name of their own.
bool IsNamed(AvroType type);

// A name and the namespace it is in; an empty namespace is none.
struct AvroName {
  std::string space;
  std::string name;

  // Splits a dotted name; one without a dot is in `space`.
  static AvroName Of(std::string_view name, std::string_view space);
  std::string Full() const;
  // As it is written within `enclosing`: short where that means the same.
  std::string WithinNamespace(std::string_view enclosing) const;
  bool operator==(const AvroName&) const = default;
};

// Attributes that Avro gives no meaning, in the order they were written. Their numbers are as Java prints them.
using AvroProps = std::vector<JsonValue::Member>;

struct AvroSchema;

struct AvroField {
  enum class Order { kAscending, kDescending, kIgnore };
  std::string name;
  const AvroSchema* schema = nullptr;
  std::optional<std::string> doc;
  std::optional<JsonValue> default_value;
  Order order = Order::kAscending;
  std::vector<std::string> aliases;
  AvroProps props;
};

// One type. Which of the members below count depends on `type`. Immutable once parsed; owned by an AvroDocument.
struct AvroSchema {
  AvroType type = AvroType::kNull;
  int index = 0;  // of this node in its document
  AvroProps props;
  std::vector<const AvroSchema*> children;  // array: items; map: values; union: the branches

  // Named types.
  AvroName name;
  std::string full_name;
  std::optional<std::string> doc;
  std::vector<AvroName> aliases;

  bool is_error = false;  // a record that was declared as "error"
  std::vector<AvroField> fields;
  int fields_without_default = 0;
  std::vector<std::string> symbols;
  std::optional<std::string> enum_default;
  int32_t size = 0;  // of a fixed, in bytes

  // The place of the field in `fields`, or -1; of the symbol in `symbols`. Both take constant time.
  int FindField(std::string_view field_name) const;
  int FindSymbol(std::string_view symbol) const;
  // Call when `fields` or `symbols` is complete.
  void Seal();

 private:
  absl::flat_hash_map<std::string, int> index_;  // where there are many fields or symbols
};

// Owns every type of one schema and of all it references.
struct AvroDocument {
  std::vector<std::unique_ptr<AvroSchema>> nodes;
  absl::flat_hash_map<std::string, AvroSchema*> named;  // by full name
  const AvroSchema* root = nullptr;
  // Nodes below came from references: the canonical text only names them.
  int first_own_node = 0;

  const AvroSchema* FindNamed(std::string_view full_name) const;
  bool IsReferenced(const AvroSchema& schema) const { return schema.index < first_own_node; }
};

}  // namespace regent::avro
