// Which rules apply to a pair: by the kinds of the two schemas.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/json_schema/comparer.h"

namespace regent::json_schema {
namespace {

using T = DifferenceType;

void TypeChanged(Scope* scope) {
  scope->Add(T::TYPE_CHANGED, "", {"", DescribeNode(scope->original()), DescribeNode(scope->update())});
}

bool Same(const JsonValue* a, const JsonValue* b) { return a == b || (a != nullptr && b != nullptr && *a == *b); }

// What changes no data.
void CompareAnnotations(Scope* scope) {
  const Node& original = scope->original();
  const Node& update = scope->update();
  if (!scope->Spend(std::min(original.annotation_steps, update.annotation_steps))) return;
  if (!Same(original.id, update.id)) scope->Add(T::ID_CHANGED, "id");
  if (!Same(original.title, update.title)) scope->Add(T::TITLE_CHANGED, "title");
  if (!Same(original.description, update.description)) scope->Add(T::DESCRIPTION_CHANGED, "description");
  if (!Same(original.default_value, update.default_value)) scope->Add(T::DEFAULT_CHANGED, "default");
}

// One schema became a choice or a conjunction.
void CompareWithCombined(Ref original, Scope* scope) {
  const Node& update = scope->update();
  if (scope->original().kind == Kind::kFalse) return CompareAnnotations(scope);
  if (update.branches.size() == 1) {
    scope->Compare(original, scope->Update(update.branches.front()));
    return;
  }
  bool fits = false;
  if (update.criterion != Criterion::kAllOf) {
    for (const NodeIndex branch : update.branches) {
      const bool fits_branch = scope->Fits(original, scope->Update(branch));
      fits = fits || fits_branch;
    }
  }
  if (!fits) return TypeChanged(scope);
  CompareAnnotations(scope);
  scope->Add(T::SUM_TYPE_EXTENDED);
}

// A choice or a conjunction became one schema.
void CompareCombinedWith(Ref update, Scope* scope) {
  const Node& original = scope->original();
  if (scope->update().kind == Kind::kEmpty) return CompareAnnotations(scope);
  if (original.branches.size() == 1) {
    scope->Compare(scope->Original(original.branches.front()), update);
    return;
  }
  bool fits = false;
  if (original.criterion == Criterion::kAllOf) {
    for (const NodeIndex branch : original.branches) {
      const bool branch_fits = scope->Fits(scope->Original(branch), update);
      fits = fits || branch_fits;
    }
  }
  if (!fits) return TypeChanged(scope);
  CompareAnnotations(scope);
  scope->Add(T::PRODUCT_TYPE_NARROWED);
}

void CompareNot(const Node& original, const Node& update, Scope* scope) {
  const Ref forbidden = scope->Original(original.child);
  const Ref forbids = scope->Update(update.child);
  if (scope->AreEqual(forbidden, forbids)) return;
  const bool forbids_less = scope->Fits(forbids, forbidden);
  scope->Add(forbids_less ? T::NOT_TYPE_NARROWED : T::NOT_TYPE_EXTENDED, "not");
}

}  // namespace

void ComparePair(Ref original_ref, Ref update_ref, Scope* scope) {
  const Node& original = scope->original();
  const Node& update = scope->update();
  if (original.kind != update.kind) {
    if (update.kind == Kind::kCombined) return CompareWithCombined(original_ref, scope);
    if (original.kind == Kind::kCombined) return CompareCombinedWith(update_ref, scope);
    const bool fits = original.kind == Kind::kFalse || update.kind == Kind::kEmpty ||
                      (original.is_connect_bytes && update.is_connect_bytes);
    return fits ? CompareAnnotations(scope) : TypeChanged(scope);
  }
  if (original.kind == Kind::kUnresolved && original.reference != update.reference) return TypeChanged(scope);
  CompareAnnotations(scope);
  switch (original.kind) {
    case Kind::kCombined:
      return CompareCombined(original, update, scope);
    case Kind::kNumber:
      return CompareNumbers(*original.number, *update.number, scope);
    case Kind::kString:
      return CompareStrings(*original.string, *update.string, scope);
    case Kind::kArray:
      return CompareArrays(*original.array, *update.array, scope);
    case Kind::kObject:
      return CompareObjects(*original.object, *update.object, scope);
    case Kind::kEnum:
    case Kind::kConst:
      return CompareValues(original, update, scope);
    case Kind::kNot:
      return CompareNot(original, update, scope);
    default:  // nothing more to say about it; if/then/else is not looked into
      return;
  }
}

Openness OpennessOf(Ref ref, Scope* scope) {
  if (ref.node == kNoNode) return Openness::kOpen;
  const Kind kind = scope->Resolve(ref).kind;
  if (kind == Kind::kEmpty) return Openness::kOpen;
  return kind == Kind::kFalse ? Openness::kClosed : Openness::kSchema;
}

void CompareOpenness(std::string_view keyword, Ref original, Ref update, const OpennessTypes& types, Scope* scope) {
  const Openness was = OpennessOf(original, scope);
  const Openness is = OpennessOf(update, scope);
  const auto text = [&](Ref ref) { return ref.node == kNoNode ? std::string() : DescribeNode(scope->Resolve(ref)); };
  if (was == Openness::kSchema && is == Openness::kSchema) {
    scope->Compare(original, update, keyword);
  } else if (was == is) {
    return;
  } else if (is == Openness::kClosed) {
    scope->Add(types.removed, keyword);
  } else if (was == Openness::kClosed) {
    scope->Add(types.added, keyword);
  } else {
    scope->Add(is == Openness::kSchema ? types.narrowed : types.extended, keyword,
               {std::string(keyword), text(original), text(update)});
  }
}

}  // namespace regent::json_schema
