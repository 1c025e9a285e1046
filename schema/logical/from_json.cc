#include "schema/logical/from_json.h"

#include <string>
#include <utility>
#include <vector>

#include "schema/logical/converter.h"

namespace regent::logical {
namespace {

using Kind = TableType::Kind;
using json_schema::kNoNode;
using json_schema::Node;
using json_schema::NodeIndex;
using NodeKind = json_schema::Kind;

std::string TextOf(const JsonValue* schema, std::string_view keyword) {
  const JsonValue* value = schema == nullptr ? nullptr : schema->Find(keyword);
  return value != nullptr && value->is_string() ? value->string_value() : std::string();
}

TableType NumberType(const Node& node) {
  const std::string connect = TextOf(node.value, "connect.type");
  if (connect == "int8" || connect == "int16" || connect == "int32") return Plain(Kind::kInt);
  if (connect == "int64") return Plain(Kind::kLong);
  if (connect == "float32") return Plain(Kind::kFloat);
  return Plain(node.number->whole ? Kind::kLong : Kind::kDouble);
}

TableType StringType(const Node& node) {
  return Plain(TextOf(node.value, "connect.type") == "bytes" ? Kind::kBinary : Kind::kString);
}

class Converter {
 public:
  explicit Converter(const json_schema::Model& model) : model_(model) {}

  absl::StatusOr<TableType> Convert(NodeIndex index, std::string_view name) {
    while (model_.node(index).kind == NodeKind::kReference) index = model_.node(index).child;
    const Node& node = model_.node(index);
    const Place::Within within(&place_, name, &node);
    if (!within.status().ok()) return within.status();
    switch (node.kind) {
      case NodeKind::kBoolean:
        return Plain(Kind::kBoolean);
      case NodeKind::kNumber:
        return NumberType(node);
      case NodeKind::kString:
        return StringType(node);
      case NodeKind::kEnum:
      case NodeKind::kConst:
        return Plain(Kind::kString);
      case NodeKind::kArray:
        return Array(*node.array);
      case NodeKind::kObject:
        return Object(*node.object);
      case NodeKind::kCombined:
        return node.criterion == json_schema::Criterion::kAllOf ? All(node) : Choice(node);
      default:
        return place_.Invalid("a schema that is " + DescribeNode(node) + " is no type of a column");
    }
  }

 private:
  const Node& Resolved(NodeIndex index) const {
    while (model_.node(index).kind == NodeKind::kReference) index = model_.node(index).child;
    return model_.node(index);
  }

  absl::StatusOr<TableType> Array(const json_schema::ArrayRules& rules) {
    if (rules.items == kNoNode) return place_.Invalid("a list needs one schema for all of its items to be a column");
    absl::StatusOr<TableType> item = Convert(rules.items, "element");
    if (!item.ok()) return item;
    TableType list = Plain(Kind::kList);
    list.elements.push_back(*std::move(item));
    return list;
  }

  absl::StatusOr<TableType> Object(const json_schema::ObjectRules& rules) {
    if (rules.properties.all().empty()) return Map(rules);
    TableType row;
    for (const json_schema::Named& property : rules.properties.all()) {
      absl::StatusOr<TableType> type = Convert(property.node, property.name);
      if (!type.ok()) return type;
      type->nullable = type->nullable || !rules.Requires(property.name);
      row.fields.push_back({std::string(property.name), *std::move(type)});
    }
    return row;
  }

  absl::StatusOr<TableType> Map(const json_schema::ObjectRules& rules) {
    const bool has_values = rules.additional != kNoNode && Resolved(rules.additional).kind != NodeKind::kEmpty &&
                            Resolved(rules.additional).kind != NodeKind::kFalse;
    if (!has_values) {
      return place_.Invalid("an object needs properties, or a schema for additional ones, to be a column");
    }
    absl::StatusOr<TableType> value = Convert(rules.additional, "value");
    if (!value.ok()) return value;
    TableType map = Plain(Kind::kMap);
    map.elements = {Plain(Kind::kString), *std::move(value)};
    return map;
  }

  absl::StatusOr<TableType> Choice(const Node& node) {
    std::vector<NodeIndex> branches;
    for (const NodeIndex branch : node.branches) {
      if (Resolved(branch).kind != NodeKind::kNull) branches.push_back(branch);
    }
    if (branches.empty()) return place_.Invalid("null alone is no type of a column");
    const bool nullable = branches.size() < node.branches.size();
    if (branches.size() == 1) {
      absl::StatusOr<TableType> only = Convert(branches[0], "");
      if (only.ok()) only->nullable = nullable || only->nullable;
      return only;
    }
    TableType row;
    row.nullable = nullable;
    for (size_t i = 0; i < branches.size(); ++i) {
      const std::string name = absl::StrCat("connect_union_field_", i);
      absl::StatusOr<TableType> type = Convert(branches[i], name);
      if (!type.ok()) return type;
      type->nullable = true;
      row.fields.push_back({name, *std::move(type)});
    }
    return row;
  }

  // Objects among the parts are one row; of other parts the first that says a type does. What only narrows (a choice
  // of required names, if, not) says none.
  absl::StatusOr<TableType> All(const Node& node) {
    TableType row;
    bool any_row = false;
    absl::StatusOr<TableType> scalar = place_.Invalid("none of the schemas of an allOf is a type of a column");
    for (const NodeIndex branch : node.branches) {
      absl::StatusOr<TableType> type = Convert(branch, "");
      if (!type.ok()) {
        if (ReasonOf(type.status()) == ErrorReason::kSchemaTooComplex) return type;
        continue;
      }
      const NodeKind kind = Resolved(branch).kind;
      if (type->kind == Kind::kRow && kind != NodeKind::kEnum) {
        any_row = true;
        for (TableField& field : type->fields) row.fields.push_back(std::move(field));
      } else if (!scalar.ok() || Resolved(branch).kind != NodeKind::kEnum) {
        scalar = std::move(type);
      }
    }
    if (any_row) return row;
    return scalar;
  }

  const json_schema::Model& model_;
  Place place_;
};

}  // namespace

absl::StatusOr<TableType> TableFromJson(const json_schema::Model& model) { return Converter(model).Convert(0, ""); }

}  // namespace regent::logical
