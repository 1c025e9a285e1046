// The machine that compares: pairs of schemas, found by the rules while they look at pairs above, evaluated without
// recursion, each once, with recursive schemas iterated to a fix-point.
//
// The rules (compare_*.cc) are plain functions over a Scope. They may run several times for one pair: while a pair
// within has no answer yet, Scope takes it for compatible and drops what the run found.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "schema/format.h"
#include "schema/json_schema/compare.h"
#include "schema/json_schema/difference_type.h"
#include "schema/json_schema/equality.h"
#include "schema/json_schema/model.h"
#include "schema/json_schema/pattern.h"

namespace regent::json_schema {

// Which of the two models a schema belongs to. `not` swaps roles, so this is not who reads and who writes.
enum class Side : uint8_t { kOld, kNew };

// A schema as it was reached: `entry` is the target of the last `$ref` on the way (kNoNode: none). A schema that is
// reached in place and one that is reached by reference are not the same pair, which makes recursive schemas list
// their differences once more than strictly needed, as Confluent does.
struct Ref {
  Side side = Side::kOld;
  NodeIndex entry = kNoNode;
  NodeIndex node = 0;
  bool operator==(const Ref&) const = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Ref& ref) {
    return H::combine(std::move(hash), ref.side, ref.entry, ref.node);
  }
};

// What a comparison of two schemas found; of schemas within, as links. Lives in its Comparer.
struct Findings {
  struct Item {
    DifferenceType type = DifferenceType::TYPE_CHANGED;  // where there is no `within`
    const Findings* within = nullptr;
    std::string step;  // escaped, e.g. properties/a; may be empty
    bool has_path = true;
    std::string about;  // the parts of the message: see DifferenceRow
    std::string old_text;
    std::string new_text;
    // The schemas that were compared.
    const JsonValue* old_schema = nullptr;
    const JsonValue* new_schema = nullptr;
  };
  bool compatible = true;
  bool truncated = false;
  std::vector<Item> items;
};

class Comparer;

// One run of the rules over one pair.
class Scope {
 public:
  Scope(Comparer* comparer, Ref original, Ref update) : comparer_(comparer), original_(original), update_(update) {}

  const Node& original() const;
  const Node& update() const;
  // A schema within.
  Ref Original(NodeIndex node) const { return {original_.side, original_.entry, node}; }
  Ref Update(NodeIndex node) const { return {update_.side, update_.entry, node}; }
  // The schema that `ref` leads to.
  const Node& Resolve(Ref ref) const;
  bool HasDefault(Ref ref) const;

  // The texts are needed for what breaks only, and must be short: they are made anew in each run.
  struct Texts {
    std::string about;
    std::string old_text;
    std::string new_text;
  };
  void Add(DifferenceType type, std::string_view keyword = "", const Texts& texts = {});
  void AddAt(DifferenceType type, std::string_view keyword, std::string_view name, Texts texts = {});
  // Without a path: Confluent reports some differences so. The message names the place.
  void AddNowhere(DifferenceType type, std::string_view keyword);

  // Whether what fits `original` fits `update`; adds what was found, below `keyword`/`name` where they are given.
  bool Compare(Ref original, Ref update, std::string_view keyword = "");
  bool CompareAt(Ref original, Ref update, std::string_view keyword, std::string_view name);
  // The same without adding anything.
  bool Fits(Ref original, Ref update);
  bool AreEqual(Ref original, Ref update);
  uint64_t LikenessOf(Ref ref);  // see Equality
  NamePattern::Match FindIn(std::string_view pattern, std::string_view name);

  // False when the budget is used up; then the rules return at once.
  bool Spend(int64_t steps = 1);
  int64_t* steps();

 private:
  friend class Comparer;
  const Findings* Ask(Ref original, Ref update);
  void AddWithin(const Findings* found, std::string step);
  // Notes that there is such a difference; whether it is to be pushed, too.
  bool Note(DifferenceType type);
  void Push(Findings::Item item);

  Comparer* const comparer_;
  const Ref original_;
  const Ref update_;
  Findings findings_;
  bool blocked_ = false;
};

// Compares two models once; not thread-safe, not reusable.
class Comparer {
 public:
  Comparer(const Model& old_model, const Model& new_model, CompatibilityPolicy policy, Listing listing,
           const FormatLimits& limits);

  // SCHEMA_TOO_COMPLEX beyond limits.max_comparison_steps.
  absl::StatusOr<const Findings*> Compare();

 private:
  friend class Scope;
  using Pair = std::pair<Ref, Ref>;

  struct PairState {
    enum class Phase : uint8_t { kNew, kActive, kProvisional, kDone };
    Phase phase = Phase::kNew;
    // Recursive schemas: what is taken for granted where the pair is met again while it is being compared.
    bool assumed_compatible = true;
    bool was_assumed = false;
    size_t lowest = 0;  // the outermost active pair that this one's answer depends on, as a place in frames_
    const Findings* findings = nullptr;
    const Findings* previous = nullptr;  // of the round before
  };
  struct Frame {
    Pair pair;
    PairState* state = nullptr;
    std::vector<Pair> wanted;  // pairs within that had no answer in the last run
    size_t next_wanted = 0;
    size_t lowest = 0;
    size_t provisional_begin = 0;
  };

  PairState& StateOf(const Pair& pair);
  void Enter(const Pair& pair);
  void Advance();
  void Finish(Findings findings);
  void Leave(size_t lowest);
  const Model& model(Side side) const { return side == Side::kOld ? old_model_ : new_model_; }
  Ref Dereferenced(Ref ref) const;

  const Model& old_model_;
  const Model& new_model_;
  const CompatibilityPolicy policy_;
  const Listing listing_;
  const FormatLimits& limits_;
  int64_t steps_;
  Equality equality_;
  std::map<std::string, NamePattern, std::less<>> patterns_;
  absl::flat_hash_map<Pair, PairState*> states_;
  std::deque<PairState> state_store_;
  std::deque<Findings> findings_store_;
  std::vector<Frame> frames_;  // the way from the roots to the pair that is looked at
  // Pairs that have an answer which rests on an active pair: done together with it.
  std::vector<PairState*> provisional_;
};

// The rules. Each looks at one pair of one kind; see semantics 4.6.
void ComparePair(Ref original, Ref update, Scope* scope);
void CompareCombined(const Node& original, const Node& update, Scope* scope);
void CompareObjects(const ObjectRules& original, const ObjectRules& update, Scope* scope);
void CompareArrays(const ArrayRules& original, const ArrayRules& update, Scope* scope);
void CompareNumbers(const NumberRules& original, const NumberRules& update, Scope* scope);
void CompareStrings(const StringRules& original, const StringRules& update, Scope* scope);
void CompareValues(const Node& original, const Node& update, Scope* scope);

// One limit that two schemas may have: what to report when it comes, goes, rises or falls.
struct LimitTypes {
  DifferenceType added;
  DifferenceType removed;
  DifferenceType increased;
  DifferenceType decreased;
};
void CompareLimit(std::string_view keyword, const std::optional<Decimal>& original,
                  const std::optional<Decimal>& update, const LimitTypes& types, Scope* scope);

// How far a schema lets in what it does not name: additionalProperties and its kin.
enum class Openness { kOpen, kSchema, kClosed };
Openness OpennessOf(Ref ref, Scope* scope);  // open when ref.node is kNoNode
struct OpennessTypes {
  DifferenceType added;
  DifferenceType extended;
  DifferenceType narrowed;
  DifferenceType removed;
};
void CompareOpenness(std::string_view keyword, Ref original, Ref update, const OpennessTypes& types, Scope* scope);

}  // namespace regent::json_schema
