#include "schema/json_schema/equality.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"

namespace regent::json_schema {
namespace {

// Parts of a signature carry their length, so that no two lists of parts read alike.
void Put(std::string_view part, std::string* out) { absl::StrAppend(out, part.size(), ":", std::string(part)); }

void Put(const std::optional<Decimal>& number, std::string* out) { Put(number ? number->Key() : "-", out); }

void Put(const JsonValue* value, std::string* out) { Put(value == nullptr ? "-" : value->ToString(), out); }

class Writer {
 public:
  Writer(std::string* text, std::vector<NodeIndex>* children) : text_(text), children_(children) {}

  void Write(const Node& node) {
    absl::StrAppend(text_, static_cast<int>(node.kind), ";", static_cast<int>(node.criterion), ";",
                    node.is_connect_bytes ? "bytes;" : ";");
    for (const JsonValue* annotation : {node.id, node.title, node.description, node.default_value}) {
      Put(annotation, text_);
    }
    for (const std::string& value : node.values) Put(value, text_);
    Put(node.kind == Kind::kUnresolved ? node.reference : std::string_view(), text_);
    if (node.number) Write(*node.number);
    if (node.string) Write(*node.string);
    if (node.array) Write(*node.array);
    if (node.object) Write(*node.object);
    Child(node.child);
    for (const NodeIndex branch : node.branches) Child(branch);
  }

 private:
  void Write(const NumberRules& rules) {
    absl::StrAppend(text_, rules.whole, rules.maximum_is_flagged, rules.minimum_is_flagged);
    for (const auto* each :
         {&rules.maximum, &rules.minimum, &rules.exclusive_maximum, &rules.exclusive_minimum, &rules.multiple_of}) {
      Put(*each, text_);
    }
  }

  void Write(const StringRules& rules) {
    Put(rules.max_length, text_);
    Put(rules.min_length, text_);
    Put(rules.pattern ? "=" + std::string(*rules.pattern) : "-", text_);
  }

  void Write(const ArrayRules& rules) {
    absl::StrAppend(text_, rules.unique);
    for (const auto* each : {&rules.max_items, &rules.min_items, &rules.max_contains, &rules.min_contains}) {
      Put(*each, text_);
    }
    Child(rules.items);
    Child(rules.additional);
    Child(rules.unevaluated);
    for (const NodeIndex item : rules.tuple) Child(item);
  }

  void Write(const ObjectRules& rules) {
    Put(rules.max_properties, text_);
    Put(rules.min_properties, text_);
    for (const std::string_view name : rules.required) Put(name, text_);
    for (const ObjectRules::Needs& needs : rules.needs) {
      absl::StrAppend(text_, "needs", needs.needed.size());
      Put(needs.name, text_);
      for (const std::string_view name : needs.needed) Put(name, text_);
    }
    for (const NamedList* list : {&rules.properties, &rules.patterns, &rules.dependent_schemas}) {
      absl::StrAppend(text_, "named", list->all().size(), ";");
      std::vector<Named> sorted = list->all();
      std::stable_sort(sorted.begin(), sorted.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
      for (const Named& each : sorted) {
        Put(each.name, text_);
        Child(each.node);
      }
    }
    Child(rules.additional);
    Child(rules.unevaluated);
  }

  void Child(NodeIndex child) {
    absl::StrAppend(text_, child == kNoNode ? "0" : "1");
    if (child != kNoNode) children_->push_back(child);
  }

  std::string* const text_;
  std::vector<NodeIndex>* const children_;
};

}  // namespace

NodeIndex Dereference(const Model& model, NodeIndex node) {
  while (model.node(node).kind == Kind::kReference) node = model.node(node).child;  // no cycles: see Model::Build
  return node;
}

Equality::Signature& Equality::SignatureOf(const Model& model, NodeIndex node,
                                           std::vector<std::optional<Signature>>* signatures) {
  std::optional<Signature>& signature = (*signatures)[node];
  if (!signature) {
    signature.emplace();
    Writer(&signature->text, &signature->children).Write(model.node(node));
  }
  return *signature;
}

uint64_t Equality::LikenessOf(const Model& model, NodeIndex node, std::vector<std::optional<Signature>>* signatures,
                              int64_t* steps) {
  Signature& signature = SignatureOf(model, Dereference(model, node), signatures);
  if (!signature.likeness) {
    *steps -= 1 + static_cast<int64_t>(signature.text.size() / 256 + signature.children.size());
    const std::hash<std::string> hash;
    uint64_t likeness = hash(signature.text);
    for (const NodeIndex child : signature.children) {
      if (*steps < 0) break;
      const Signature& of_child = SignatureOf(model, Dereference(model, child), signatures);
      *steps -= static_cast<int64_t>(of_child.text.size() / 256);
      likeness = likeness * 0x9E3779B97F4A7C15 + hash(of_child.text);
    }
    signature.likeness = likeness;
  }
  return *signature.likeness;
}

bool Equality::AreEqual(NodeIndex in_a, NodeIndex in_b, int64_t* steps) {
  struct Visit {
    Pair pair;
    size_t from;  // the visit that led here
  };
  const auto dereferenced = [this](NodeIndex a, NodeIndex b) { return Pair(Dereference(a_, a), Dereference(b_, b)); };
  absl::flat_hash_set<Pair> assumed;
  std::vector<Visit> visits;
  const auto visit = [&](const Pair& pair, size_t from) {
    if (!equal_.contains(pair) && assumed.insert(pair).second) visits.push_back({pair, from});
  };
  visit(dereferenced(in_a, in_b), 0);
  for (size_t i = 0; i < visits.size(); ++i) {
    if (--*steps < 0) return false;
    const Pair pair = visits[i].pair;
    const Signature& a = SignatureOf(a_, pair.first, &a_signatures_);
    const Signature& b = SignatureOf(b_, pair.second, &b_signatures_);
    *steps -= static_cast<int64_t>(a.text.size() / 256);
    if (unequal_.contains(pair) || a.text != b.text || a.children.size() != b.children.size()) {
      // So is everything on the way here.
      for (size_t at = i; at != 0; at = visits[at].from) unequal_.insert(visits[at].pair);
      unequal_.insert(visits[0].pair);
      return false;
    }
    for (size_t child = 0; child < a.children.size(); ++child)
      visit(dereferenced(a.children[child], b.children[child]), i);
  }
  // Nothing told them apart, so all that was assumed holds.
  equal_.insert(assumed.begin(), assumed.end());
  return true;
}

}  // namespace regent::json_schema
