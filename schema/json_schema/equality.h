// Whether two schemas say the same: the order of members, the spelling of numbers and whether something is written in
// place or behind a `$ref` do not matter; annotations do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "schema/json_schema/model.h"

namespace regent::json_schema {

// Remembers what it found for the two models that one comparison is about.
class Equality {
 public:
  Equality(const Model& a, const Model& b) : a_(a), b_(b), a_signatures_(a.size()), b_signatures_(b.size()) {}

  // Of a node of `a` and one of `b`. Recursive schemas are equal when nothing tells them apart. Takes what it costs
  // from `steps` and ends early, with false, when that is below zero.
  bool AreEqual(NodeIndex in_a, NodeIndex in_b, int64_t* steps);

  // Equal schemas have equal likenesses, and few others have: they tell apart what differs in the schema itself or in
  // those right within it. Costs steps when it is asked for the first time.
  uint64_t LikenessInA(NodeIndex node, int64_t* steps) { return LikenessOf(a_, node, &a_signatures_, steps); }
  uint64_t LikenessInB(NodeIndex node, int64_t* steps) { return LikenessOf(b_, node, &b_signatures_, steps); }

 private:
  using Pair = std::pair<NodeIndex, NodeIndex>;
  // What the node says by itself, without the schemas within; and those in an order of their own.
  struct Signature {
    std::string text;
    std::vector<NodeIndex> children;
    std::optional<uint64_t> likeness;
  };
  static uint64_t LikenessOf(const Model& model, NodeIndex node, std::vector<std::optional<Signature>>* signatures,
                             int64_t* steps);
  static Signature& SignatureOf(const Model& model, NodeIndex node, std::vector<std::optional<Signature>>* signatures);

  const Model& a_;
  const Model& b_;
  std::vector<std::optional<Signature>> a_signatures_;
  std::vector<std::optional<Signature>> b_signatures_;
  absl::flat_hash_set<Pair> equal_;
  absl::flat_hash_set<Pair> unequal_;
};

// Follows references to the schema that says something.
NodeIndex Dereference(const Model& model, NodeIndex node);

}  // namespace regent::json_schema
