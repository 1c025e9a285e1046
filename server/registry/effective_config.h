// Which configuration and mode apply to a subject, of all that were set (semantics 3.5 and 3.6).
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/model.h"
#include "store/state.h"

namespace regent {

// The server's own defaults, from its configuration file.
struct RegistryDefaults {
  CompatibilityLevel level = CompatibilityLevel::kBackward;
  bool validate_new_schemas = true;
  bool validate_fields = false;
  bool modes_changeable = true;
  bool associations = true;
  int max_associations = 100;  // of one resource
};

// The context whose configuration lies under that of every context.
inline constexpr char kGlobalContext[] = ".__GLOBAL";

struct EffectiveConfig {
  CompatibilityLevel level = CompatibilityLevel::kBackward;
  CompatibilityPolicy policy = CompatibilityPolicy::kStrict;
  bool normalize = false;
  bool validate_fields = false;
  bool validate_new_schemas = true;
  std::string compatibility_group;  // empty: none
  Boxed<Metadata> default_metadata;
  Boxed<Metadata> override_metadata;
  Boxed<RuleSet> default_rule_set;
  Boxed<RuleSet> override_rule_set;
};

// The record that applies, whole; fields it leaves open are filled in where they inherit. No target: the global one.
SubjectConfig EffectiveConfigRecord(const State& state, const RegistryDefaults& defaults,
                                    const std::optional<Subject>& target);
EffectiveConfig EffectiveConfigOf(const State& state, const RegistryDefaults& defaults, const Subject& subject);

Mode EffectiveMode(const State& state, const std::optional<Subject>& target);
// MODE_FORBIDS when the mode in force is read-only, or does not take `what` there.
absl::Status CheckWritable(const State& state, const std::optional<Subject>& target);
// As CheckWritable; and a registration with an id of its own needs IMPORT or FORWARD, one without READWRITE.
enum class OwnId { kNo, kYes };
absl::Status CheckRegistrable(const State& state, const Subject& subject, OwnId own_id);
// What `subject` stands for where its configuration names an alias, followed one step; else itself.
Subject FollowAlias(const State& state, const Subject& subject);

// SUBJECT_INVALID for names that no registry accepts (semantics 3.2).
absl::Status CheckSubjectName(const Subject& subject);

}  // namespace regent
