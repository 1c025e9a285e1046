#include "schema/json_schema/model.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/json_schema/canonical.h"

namespace regent::json_schema {
namespace {

constexpr size_t kTypeNames = 7;  // that there are

void SortUnique(std::vector<std::string_view>* names) {
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
}

std::vector<std::string_view> Names(const JsonValue& list) {
  std::vector<std::string_view> names;
  for (const JsonValue& item : list.items()) {
    if (item.is_string()) names.push_back(item.string_value());
  }
  SortUnique(&names);
  return names;
}

// What it costs to compare a value with an equal one, in steps of the comparison.
int64_t StepsOf(const JsonValue& value) {
  size_t values = 0;
  size_t bytes = 0;
  std::vector<const JsonValue*> open = {&value};
  while (!open.empty()) {
    const JsonValue* each = open.back();
    open.pop_back();
    ++values;
    if (each->is_string()) {
      bytes += each->string_value().size();
    } else if (each->is_array()) {
      for (const JsonValue& item : each->items()) open.push_back(&item);
    } else if (each->is_object()) {
      for (const JsonValue::Member& member : each->members()) {
        bytes += member.first.size();
        open.push_back(&member.second);
      }
    }
  }
  return static_cast<int64_t>(values / 16 + bytes / 1024);
}

// One spelling for equal values: members sorted, 1.0 as 1.
std::string ValueKey(const JsonValue& value) {
  JsonValue sorted = Normalize(value);
  std::vector<JsonValue*> open = {&sorted};
  while (!open.empty()) {
    JsonValue* each = open.back();
    open.pop_back();
    if (each->is_number()) {
      const std::optional<Decimal> number = Decimal::Parse(each->number_text());
      if (number) *each = JsonValue::Number(number->Key());
    } else if (each->is_array()) {
      for (JsonValue& item : each->items()) open.push_back(&item);
    } else if (each->is_object()) {
      for (JsonValue::Member& member : each->members()) open.push_back(&member.second);
    }
  }
  return sorted.ToString();
}

}  // namespace

class ModelBuilder {
 public:
  ModelBuilder(std::unique_ptr<SchemaGraph> graph, Validation validation)
      : validation_(validation), graph_(std::move(graph)), model_(std::make_unique<Model>()) {
    node_of_site_.assign(graph_->size(), kNoNode);
  }

  absl::StatusOr<std::unique_ptr<const Model>> Build() {
    NodeOf(0);
    while (!open_.empty()) {
      const int32_t site = open_.back();
      open_.pop_back();
      BuildSite(site);
    }
    const absl::Status status = CheckReferences();
    if (!status.ok()) return status;
    model_->documents_ = SchemaGraph::Documents(std::move(graph_));
    model_->nodes_.shrink_to_fit();
    return std::unique_ptr<const Model>(std::move(model_));
  }

 private:
  const Site& site(int32_t index) const { return graph_->site(index); }

  // The node of a schema, to be filled in later when it is new.
  NodeIndex NodeOf(int32_t site) {
    NodeIndex& node = node_of_site_[site];
    if (node == kNoNode) {
      node = Add(Node());
      open_.push_back(site);
    }
    return node;
  }
  NodeIndex NodeOf(const JsonValue& value) {
    const int32_t site = graph_->SiteOf(&value);
    // Where a stored schema has something else, nothing is said.
    return site == Site::kNone ? kNoNode : NodeOf(site);
  }
  NodeIndex Add(Node node) {
    model_->nodes_.push_back(std::move(node));
    return model_->size() - 1;
  }

  // The value of a keyword that the schema's draft knows, or null.
  static const JsonValue* Get(const Site& site, std::string_view keyword) {
    return FindKeyword(keyword, site.draft) == nullptr ? nullptr : site.value->Find(keyword);
  }
  static const JsonValue* GetArray(const Site& site, std::string_view keyword) {
    const JsonValue* value = Get(site, keyword);
    return value != nullptr && value->is_array() ? value : nullptr;
  }
  static std::optional<Decimal> GetNumber(const Site& site, std::string_view keyword) {
    const JsonValue* value = Get(site, keyword);
    return value != nullptr && value->is_number() ? Decimal::Parse(value->number_text()) : std::nullopt;
  }
  static bool IsTrue(const Site& site, std::string_view keyword) {
    const JsonValue* value = Get(site, keyword);
    return value != nullptr && value->is_bool() && value->bool_value();
  }
  NodeIndex GetSchema(const Site& site, std::string_view keyword) {
    const JsonValue* value = Get(site, keyword);
    return value == nullptr ? kNoNode : NodeOf(*value);
  }

  void BuildSite(int32_t index) {
    const Site& site = this->site(index);
    Node node;
    if (site.value->is_bool()) {
      node.kind = site.value->bool_value() ? Kind::kEmpty : Kind::kFalse;
    } else if (site.value->is_object()) {
      std::vector<Node> parts = Parts(site);
      for (Node& part : parts) part.value = site.value;
      if (parts.size() == 1) {
        node = std::move(parts.front());
      } else if (parts.size() > 1) {
        node.kind = Kind::kCombined;
        for (Node& part : parts) node.branches.push_back(Add(std::move(part)));
      }
      Annotate(site, &node);
    }
    node.value = site.value;
    model_->nodes_[node_of_site_[index]] = std::move(node);
  }

  static void Annotate(const Site& site, Node* node) {
    node->id = Get(site, site.draft == Draft::k4 ? "id" : "$id");
    node->title = Get(site, "title");
    node->description = Get(site, "description");
    node->default_value = Get(site, "default");
    for (const JsonValue* each : {node->id, node->title, node->description, node->default_value}) {
      if (each != nullptr) node->annotation_steps += StepsOf(*each);
    }
    const JsonValue* connect_type = site.value->Find("connect.type");
    node->is_connect_bytes =
        connect_type != nullptr && connect_type->is_string() && connect_type->string_value() == "bytes";
  }

  // What the schema says, one kind each.
  std::vector<Node> Parts(const Site& site) {
    std::vector<Node> parts;
    if (site.is_reference) {
      parts.push_back(Reference(site));
      if (site.draft <= Draft::k7) return parts;  // what stands beside it does not count
    }
    for (const auto& [keyword, kind] : {std::pair("enum", Kind::kEnum), {"const", Kind::kConst}}) {
      const JsonValue* value = Get(site, keyword);
      if (value == nullptr || (kind == Kind::kEnum && !value->is_array())) continue;
      parts.push_back(Values(*value, kind));
    }
    for (const Criterion criterion : {Criterion::kAllOf, Criterion::kAnyOf, Criterion::kOneOf}) {
      const JsonValue* branches = GetArray(site, CriterionName(criterion));
      if (branches == nullptr || branches->items().empty()) continue;
      Node node = Combined(criterion);
      for (const JsonValue& branch : branches->items()) {
        const NodeIndex child = NodeOf(branch);
        if (child != kNoNode) node.branches.push_back(child);
      }
      if (!node.branches.empty()) parts.push_back(std::move(node));
    }
    const NodeIndex negated = GetSchema(site, "not");
    if (negated != kNoNode) {
      parts.emplace_back().kind = Kind::kNot;
      parts.back().child = negated;
    }
    AddTyped(site, &parts);
    if (Get(site, "if") != nullptr && (Get(site, "then") != nullptr || Get(site, "else") != nullptr)) {
      parts.emplace_back().kind = Kind::kConditional;
    }
    return parts;
  }

  Node Reference(const Site& site) {
    Node node;
    for (const char* keyword : {"$ref", "$recursiveRef", "$dynamicRef"}) {
      const JsonValue* reference = site.value->Find(keyword);
      if (reference == nullptr || !reference->is_string()) continue;
      node.reference = reference->string_value();
      break;
    }
    node.kind = site.target == Site::kNone ? Kind::kUnresolved : Kind::kReference;
    if (site.target != Site::kNone) node.child = NodeOf(site.target);
    return node;
  }

  static Node Combined(Criterion criterion) {
    Node node;
    node.kind = Kind::kCombined;
    node.criterion = criterion;
    return node;
  }

  static Node Values(const JsonValue& value, Kind kind) {
    Node node;
    node.kind = kind;
    if (kind == Kind::kConst) {
      node.values.push_back(ValueKey(value));
      return node;
    }
    for (const JsonValue& item : value.items()) node.values.push_back(ValueKey(item));
    std::sort(node.values.begin(), node.values.end());
    node.values.erase(std::unique(node.values.begin(), node.values.end()), node.values.end());
    return node;
  }

  // What `type` says, or what the keywords that are there let one guess.
  void AddTyped(const Site& site, std::vector<Node>* parts) {
    const JsonValue* type = Get(site, "type");
    if (type != nullptr && type->is_string()) {
      parts->push_back(Typed(site, type->string_value()));
      return;
    }
    if (type != nullptr && type->is_array() && !type->items().empty()) {
      Node any = Combined(Criterion::kAnyOf);
      std::vector<std::string_view> seen;  // a stored list may name one type many times
      for (const JsonValue& item : type->items()) {
        if (!item.is_string() || std::count(seen.begin(), seen.end(), item.string_value()) > 0) continue;
        if (seen.size() >= kTypeNames) break;
        seen.push_back(item.string_value());
        any.branches.push_back(Add(Typed(site, item.string_value())));
      }
      if (!any.branches.empty()) parts->push_back(std::move(any));
      return;
    }
    const auto has_any = [&](std::initializer_list<std::string_view> keywords) {
      return std::any_of(keywords.begin(), keywords.end(),
                         [&](std::string_view keyword) { return Get(site, keyword) != nullptr; });
    };
    if (has_any({"items", "prefixItems", "additionalItems", "unevaluatedItems", "minItems", "maxItems", "uniqueItems",
                 "contains"})) {
      parts->push_back(Typed(site, "array"));
    }
    if (has_any({"properties", "required", "minProperties", "maxProperties", "dependencies", "dependentRequired",
                 "dependentSchemas", "patternProperties", "additionalProperties", "unevaluatedProperties",
                 "propertyNames"})) {
      parts->push_back(Typed(site, "object"));
    }
    if (has_any({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})) {
      parts->push_back(Typed(site, "number"));
    }
    if (has_any({"minLength", "maxLength", "pattern"})) parts->push_back(Typed(site, "string"));
  }

  Node Typed(const Site& site, std::string_view type) {
    Node node;
    node.value = site.value;
    if (type == "object") {
      node.kind = Kind::kObject;
      node.object = Object(site);
    } else if (type == "array") {
      node.kind = Kind::kArray;
      node.array = Array(site);
    } else if (type == "string") {
      node.kind = Kind::kString;
      node.string = String(site);
    } else if (type == "number" || type == "integer") {
      node.kind = Kind::kNumber;
      node.number = Number(site, type == "integer");
    } else if (type == "boolean") {
      node.kind = Kind::kBoolean;
    } else if (type == "null") {
      node.kind = Kind::kNull;
    }
    return node;
  }

  static std::unique_ptr<const NumberRules> Number(const Site& site, bool whole) {
    auto rules = std::make_unique<NumberRules>();
    rules->whole = whole;
    rules->maximum = GetNumber(site, "maximum");
    rules->minimum = GetNumber(site, "minimum");
    rules->exclusive_maximum = GetNumber(site, "exclusiveMaximum");
    rules->exclusive_minimum = GetNumber(site, "exclusiveMinimum");
    rules->multiple_of = GetNumber(site, "multipleOf");
    if (site.draft == Draft::k4 && IsTrue(site, "exclusiveMaximum") && rules->maximum) {
      rules->exclusive_maximum = rules->maximum;
      rules->maximum_is_flagged = true;
    }
    if (site.draft == Draft::k4 && IsTrue(site, "exclusiveMinimum") && rules->minimum) {
      rules->exclusive_minimum = rules->minimum;
      rules->minimum_is_flagged = true;
    }
    return rules;
  }

  static std::unique_ptr<const StringRules> String(const Site& site) {
    auto rules = std::make_unique<StringRules>();
    rules->max_length = GetNumber(site, "maxLength");
    rules->min_length = GetNumber(site, "minLength");
    const JsonValue* pattern = Get(site, "pattern");
    if (pattern != nullptr && pattern->is_string()) rules->pattern = pattern->string_value();
    return rules;
  }

  std::unique_ptr<const ArrayRules> Array(const Site& site) {
    auto rules = std::make_unique<ArrayRules>();
    // 2020-12 calls prefixItems and items what used to be items and additionalItems.
    const bool new_names = site.draft >= Draft::k2020;
    const JsonValue* tuple = GetArray(site, new_names ? "prefixItems" : "items");
    if (tuple != nullptr) {
      for (const JsonValue& item : tuple->items()) {
        const NodeIndex node = NodeOf(item);
        rules->tuple.push_back(node != kNoNode ? node : Add(Node()));
      }
      rules->additional = GetSchema(site, new_names ? "items" : "additionalItems");
    } else {
      rules->items = GetSchema(site, "items");
      rules->additional = GetSchema(site, "additionalItems");
    }
    rules->unevaluated = GetSchema(site, "unevaluatedItems");
    rules->max_items = GetNumber(site, "maxItems");
    rules->min_items = GetNumber(site, "minItems");
    rules->unique = IsTrue(site, "uniqueItems");
    if (site.draft >= Draft::k2019 && Get(site, "contains") != nullptr) {
      rules->max_contains = GetNumber(site, "maxContains");
      rules->min_contains = GetNumber(site, "minContains");
      if (!rules->min_contains) rules->min_contains = Decimal::Parse("1");
    }
    return rules;
  }

  NamedList GetNamed(const Site& site, std::string_view keyword) {
    NamedList list;
    const JsonValue* map = Get(site, keyword);
    if (map != nullptr && map->is_object()) list.Set(NamedOf(*map));
    return list;
  }
  std::vector<Named> NamedOf(const JsonValue& map) {
    std::vector<Named> all;
    for (const JsonValue::Member& member : map.members()) {
      const NodeIndex node = NodeOf(member.second);
      if (node != kNoNode) all.push_back({member.first, node});
    }
    return all;
  }

  std::unique_ptr<const ObjectRules> Object(const Site& site) {
    auto rules = std::make_unique<ObjectRules>();
    rules->properties = GetNamed(site, "properties");
    rules->patterns = GetNamed(site, "patternProperties");
    const JsonValue* required = GetArray(site, "required");
    if (required != nullptr) rules->required = Names(*required);
    std::vector<Named> schemas;
    for (const char* keyword : {"dependencies", "dependentRequired", "dependentSchemas"}) {
      const JsonValue* map = Get(site, keyword);
      if (map == nullptr || !map->is_object()) continue;
      for (const JsonValue::Member& member : map->members()) {
        if (member.second.is_array()) rules->needs.push_back({member.first, Names(member.second)});
      }
      for (const Named& each : NamedOf(*map)) schemas.push_back(each);
    }
    std::sort(rules->needs.begin(), rules->needs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    rules->dependent_schemas.Set(std::move(schemas));
    rules->additional = GetSchema(site, "additionalProperties");
    rules->unevaluated = GetSchema(site, "unevaluatedProperties");
    rules->max_properties = GetNumber(site, "maxProperties");
    rules->min_properties = GetNumber(site, "minProperties");
    return rules;
  }

  // Finds rows of references that lead back to themselves.
  absl::Status CheckReferences() {
    enum class State : uint8_t { kNew, kOnTheWay, kGood };
    std::vector<State> states(model_->nodes_.size(), State::kNew);
    for (NodeIndex start = 0; start < model_->size(); ++start) {
      std::vector<NodeIndex> way;
      NodeIndex at = start;
      while (states[at] == State::kNew && model_->nodes_[at].kind == Kind::kReference) {
        states[at] = State::kOnTheWay;
        way.push_back(at);
        at = model_->nodes_[at].child;
      }
      if (states[at] == State::kOnTheWay) {
        const absl::Status status = RefuseCycle(at);
        if (!status.ok()) return status;
        model_->nodes_[at].kind = Kind::kUnresolved;  // which ends the cycle
      }
      // Each leads straight to the end of its row: comparing goes that way again and again.
      const NodeIndex end = model_->nodes_[at].kind == Kind::kReference ? model_->nodes_[at].child : at;
      for (const NodeIndex node : way) {
        states[node] = State::kGood;
        if (node != end) model_->nodes_[node].child = end;
      }
    }
    return absl::OkStatus();
  }

  absl::Status RefuseCycle(NodeIndex node) const {
    if (validation_ == Validation::kLenient) return absl::OkStatus();
    for (int32_t i = 0; i < graph_->size(); ++i) {
      if (node_of_site_[i] != node || site(i).document != 0) continue;
      return errors::SchemaInvalid(absl::StrCat("$ref \"", std::string(model_->nodes_[node].reference),
                                                "\" leads back to itself and never to a schema that says something"),
                                   absl::StrCat(graph_->PathOf(i), "/$ref"));
    }
    return absl::OkStatus();
  }

  const Validation validation_;
  std::unique_ptr<SchemaGraph> graph_;
  std::unique_ptr<Model> model_;
  std::vector<NodeIndex> node_of_site_;
  std::vector<int32_t> open_;  // sites whose node is not filled in
};

absl::StatusOr<std::unique_ptr<const Model>> Model::Build(std::unique_ptr<SchemaGraph> graph, Validation validation) {
  return ModelBuilder(std::move(graph), validation).Build();
}

std::string_view CriterionName(Criterion criterion) {
  switch (criterion) {
    case Criterion::kAllOf:
      return "allOf";
    case Criterion::kAnyOf:
      return "anyOf";
    case Criterion::kOneOf:
      return "oneOf";
  }
  return "";
}

void NamedList::Set(std::vector<Named> all) {
  all_ = std::move(all);
  by_name_.resize(all_.size());
  std::iota(by_name_.begin(), by_name_.end(), 0);
  std::stable_sort(by_name_.begin(), by_name_.end(),
                   [this](uint32_t a, uint32_t b) { return all_[a].name < all_[b].name; });
}

NodeIndex NamedList::Find(std::string_view name) const {
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                      [this](uint32_t index, std::string_view key) { return all_[index].name < key; });
  return found != by_name_.end() && all_[*found].name == name ? all_[*found].node : kNoNode;
}

bool ObjectRules::Requires(std::string_view name) const {
  return std::binary_search(required.begin(), required.end(), name);
}

std::string DescribeNode(const Node& node) {
  switch (node.kind) {
    case Kind::kEmpty:
      return "a schema without rules";
    case Kind::kFalse:
      return "false";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kNull:
      return "null";
    case Kind::kNumber:
      return node.number->whole ? "integer" : "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    case Kind::kObject:
      return "object";
    case Kind::kEnum:
      return absl::StrCat("enum of ", node.values.size(), node.values.size() == 1 ? " value" : " values");
    case Kind::kConst:
      return "const";
    case Kind::kNot:
      return "not";
    case Kind::kConditional:
      return "if/then/else";
    case Kind::kCombined:
      return absl::StrCat(std::string(CriterionName(node.criterion)), " of ", node.branches.size(),
                          node.branches.size() == 1 ? " schema" : " schemas");
    case Kind::kReference:
      return "$ref";
    case Kind::kUnresolved:
      return absl::StrCat("unresolved $ref ", std::string(node.reference.substr(0, 80)));
  }
  return "";
}

}  // namespace regent::json_schema
