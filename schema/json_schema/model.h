// What a schema means for comparison (semantics 4.6): every draft in one form, one kind per node.
//
// A schema that says several things at once (`type` and `enum`, `properties` and `oneOf`) becomes an allOf of them; a
// list of types becomes an anyOf; `$ref` stays a node of its own, so that the model is as small as the text.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json_value.h"
#include "schema/json_schema/decimal.h"
#include "schema/json_schema/schema_graph.h"

namespace regent::json_schema {

using NodeIndex = int32_t;
inline constexpr NodeIndex kNoNode = -1;

enum class Kind {
  kEmpty,  // {} or true: anything goes
  kFalse,
  kBoolean,
  kNull,
  kNumber,
  kString,
  kArray,
  kObject,
  kEnum,
  kConst,
  kNot,
  kConditional,  // if/then/else: opaque
  kCombined,
  kReference,
  kUnresolved,  // a reference of a stored schema that leads nowhere
};

enum class Criterion { kAllOf, kAnyOf, kOneOf };
std::string_view CriterionName(Criterion criterion);

struct NumberRules {
  bool whole = false;  // type integer
  std::optional<Decimal> maximum;
  std::optional<Decimal> minimum;
  std::optional<Decimal> exclusive_maximum;
  std::optional<Decimal> exclusive_minimum;
  std::optional<Decimal> multiple_of;
  // Draft-04 writes `exclusiveMaximum: true` beside `maximum`; both limits above are then the same number.
  bool maximum_is_flagged = false;
  bool minimum_is_flagged = false;
};

struct StringRules {
  std::optional<Decimal> max_length;
  std::optional<Decimal> min_length;
  std::optional<std::string_view> pattern;
};

// A schema under a name: a property, a pattern, a dependency.
struct Named {
  std::string_view name;
  NodeIndex node;
};
// In document order, found by name in logarithmic time.
class NamedList {
 public:
  void Set(std::vector<Named> all);
  const std::vector<Named>& all() const { return all_; }
  NodeIndex Find(std::string_view name) const;

 private:
  std::vector<Named> all_;
  std::vector<uint32_t> by_name_;
};

struct ArrayRules {
  NodeIndex items = kNoNode;     // of every item
  std::vector<NodeIndex> tuple;  // of the items at the beginning, one by one
  NodeIndex additional = kNoNode;
  NodeIndex unevaluated = kNoNode;
  std::optional<Decimal> max_items;
  std::optional<Decimal> min_items;
  // Only since 2019-09, and only beside `contains`; at least 1 then.
  std::optional<Decimal> max_contains;
  std::optional<Decimal> min_contains;
  bool unique = false;
};

struct ObjectRules {
  struct Needs {
    std::string_view name;
    std::vector<std::string_view> needed;  // sorted, each once
  };
  NamedList properties;
  NamedList patterns;
  std::vector<std::string_view> required;  // sorted, each once
  std::vector<Needs> needs;                // sorted by name: dependencies that are lists
  NamedList dependent_schemas;
  NodeIndex additional = kNoNode;
  NodeIndex unevaluated = kNoNode;
  std::optional<Decimal> max_properties;
  std::optional<Decimal> min_properties;

  bool Requires(std::string_view name) const;
};

struct Node {
  Kind kind = Kind::kEmpty;
  Criterion criterion = Criterion::kAllOf;
  NodeIndex child = kNoNode;        // of kNot and kReference
  std::vector<NodeIndex> branches;  // of kCombined
  std::vector<std::string> values;  // of kEnum and kConst: one spelling per value; sorted, each once
  std::unique_ptr<const NumberRules> number;
  std::unique_ptr<const StringRules> string;
  std::unique_ptr<const ArrayRules> array;
  std::unique_ptr<const ObjectRules> object;

  const JsonValue* value = nullptr;  // the schema as written; its parts, where it was taken apart, have the same one

  // Annotations, where the schema has them; null in the parts of a schema that was taken apart.
  const JsonValue* id = nullptr;
  const JsonValue* title = nullptr;
  const JsonValue* description = nullptr;
  const JsonValue* default_value = nullptr;
  int64_t annotation_steps = 0;  // what it costs to compare them
  bool is_connect_bytes = false;
  std::string_view reference;  // of kReference and kUnresolved: as written
};

// Immutable once built; owns the documents that its nodes point into. Node 0 is the root.
class Model {
 public:
  // SCHEMA_INVALID for a `$ref` that leads only back to itself; in stored schemas that is an unresolved one.
  static absl::StatusOr<std::unique_ptr<const Model>> Build(std::unique_ptr<SchemaGraph> graph, Validation validation);

  const Node& node(NodeIndex index) const { return nodes_[index]; }
  NodeIndex size() const { return static_cast<NodeIndex>(nodes_.size()); }
  // The text of the schema itself.
  const JsonValue& root() const { return documents_.front().root; }

 private:
  friend class ModelBuilder;
  std::deque<SchemaGraph::Document> documents_;
  std::vector<Node> nodes_;
};

// A few words for people: "string", "integer", "oneOf of 3 schemas".
std::string DescribeNode(const Node& node);

}  // namespace regent::json_schema
