#include "schema/avro/equivalence.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"

namespace regent::avro {
namespace {

using Members = std::vector<const JsonValue::Member*>;

Members ByName(const std::vector<JsonValue::Member>& members) {
  Members sorted;
  sorted.reserve(members.size());
  for (const JsonValue::Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  return sorted;
}

bool SameMembers(const std::vector<JsonValue::Member>& a, const std::vector<JsonValue::Member>& b) {
  if (a.size() != b.size()) return false;
  const Members left = ByName(a);
  const Members right = ByName(b);
  return std::equal(left.begin(), left.end(), right.begin(), [](const auto* x, const auto* y) {
    return x->first == y->first && SameJson(x->second, y->second);
  });
}

template <typename Name>
bool SameSet(std::vector<Name> a, std::vector<Name> b) {
  if (a.size() != b.size()) return false;
  const auto less = [](const Name& x, const Name& y) { return x < y; };
  std::sort(a.begin(), a.end(), less);
  std::sort(b.begin(), b.end(), less);
  return a == b;
}

std::vector<std::string> FullNames(const std::vector<AvroName>& names) {
  std::vector<std::string> full;
  for (const AvroName& name : names) full.push_back(name.Full());
  return full;
}

// All but the field's type.
bool SameField(const AvroField& a, const AvroField& b) {
  if (a.name != b.name || a.order != b.order || a.doc != b.doc) return false;
  if (a.default_value.has_value() != b.default_value.has_value()) return false;
  if (a.default_value && !SameJson(*a.default_value, *b.default_value)) return false;
  return SameSet(a.aliases, b.aliases) && SameMembers(a.props, b.props);
}

// A walk over both at once, without recursion: names can make it as deep as there are types.
class Equivalence {
 public:
  bool Holds(const AvroSchema& a, const AvroSchema& b) {
    pending_.emplace_back(&a, &b);
    while (!pending_.empty()) {
      const auto [left, right] = pending_.back();
      pending_.pop_back();
      if (!Same(*left, *right)) return false;
    }
    return true;
  }

 private:
  // Looks at this type and leaves those within it for later.
  bool Same(const AvroSchema& a, const AvroSchema& b) {
    if (a.type != b.type || a.is_error != b.is_error) return false;
    if (IsNamed(a.type)) {
      if (!seen_.insert({a.index, b.index}).second) return true;
      if (a.full_name != b.full_name || a.doc != b.doc) return false;
      if (!SameSet(FullNames(a.aliases), FullNames(b.aliases))) return false;
    }
    if (a.size != b.size || a.symbols != b.symbols || a.enum_default != b.enum_default) return false;
    if (!SameMembers(a.props, b.props)) return false;
    if (a.children.size() != b.children.size() || a.fields.size() != b.fields.size()) return false;
    for (size_t i = 0; i < a.children.size(); ++i) pending_.emplace_back(a.children[i], b.children[i]);
    for (size_t i = 0; i < a.fields.size(); ++i) {
      if (!SameField(a.fields[i], b.fields[i])) return false;
      pending_.emplace_back(a.fields[i].schema, b.fields[i].schema);
    }
    return true;
  }

  std::vector<std::pair<const AvroSchema*, const AvroSchema*>> pending_;
  absl::flat_hash_set<std::pair<int, int>> seen_;
};

uint64_t KeyOfJson(const JsonValue& value);

// Sums what is in no order.
uint64_t KeyOfMembers(const std::vector<JsonValue::Member>& members) {
  uint64_t sum = members.size();
  for (const auto& [name, value] : members) sum += absl::HashOf(name, KeyOfJson(value));
  return sum;
}

uint64_t KeyOfJson(const JsonValue& value) {
  const int kind = static_cast<int>(value.kind());
  if (value.is_object()) return absl::HashOf(kind, KeyOfMembers(value.members()));
  if (!value.is_array()) return absl::HashOf(kind, value.ToString());
  uint64_t key = kind;
  for (const JsonValue& item : value.items()) key = absl::HashOf(key, KeyOfJson(item));
  return key;
}

template <typename Name>
uint64_t KeyOfSet(const std::vector<Name>& names) {
  uint64_t sum = names.size();
  for (const Name& name : names) sum += absl::HashOf(name);
  return sum;
}

// Sees of a schema what Equivalence compares. A named type is looked into where it is met first, however its document
// is put together: the same for every document that unfolds to the same tree.
class KeyMaker {
 public:
  uint64_t KeyOf(const AvroSchema& schema) {
    pending_.push_back(&schema);
    while (!pending_.empty()) {
      const AvroSchema* next = pending_.back();
      pending_.pop_back();
      Add(*next);
    }
    return key_;
  }

 private:
  template <typename... Parts>
  void Mix(const Parts&... parts) {
    key_ = absl::HashOf(key_, parts...);
  }

  void Add(const AvroSchema& schema) {
    Mix(static_cast<int>(schema.type), schema.is_error);
    if (IsNamed(schema.type)) {
      Mix(schema.full_name);
      if (!seen_.insert(schema.full_name).second) return;
      Mix(schema.doc, KeyOfSet(FullNames(schema.aliases)));
    }
    Mix(schema.size, schema.symbols, schema.enum_default, KeyOfMembers(schema.props));
    Mix(schema.children.size(), schema.fields.size());
    pending_.insert(pending_.end(), schema.children.begin(), schema.children.end());
    for (const AvroField& field : schema.fields) {
      Mix(field.name, static_cast<int>(field.order), field.doc, field.default_value.has_value());
      if (field.default_value) Mix(KeyOfJson(*field.default_value));
      Mix(KeyOfSet(field.aliases), KeyOfMembers(field.props));
      pending_.push_back(field.schema);
    }
  }

  uint64_t key_ = 0;
  std::vector<const AvroSchema*> pending_;
  absl::flat_hash_set<std::string_view> seen_;
};

}  // namespace

uint64_t EquivalenceKey(const AvroSchema& schema) { return KeyMaker().KeyOf(schema); }

bool EquivalentSchemas(const AvroSchema& a, const AvroSchema& b) { return Equivalence().Holds(a, b); }

bool SameJson(const JsonValue& a, const JsonValue& b) {
  if (a.is_object() && b.is_object()) return SameMembers(a.members(), b.members());
  if (a.is_array() && b.is_array()) {
    return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), SameJson);
  }
  return a == b;
}

}  // namespace regent::avro
