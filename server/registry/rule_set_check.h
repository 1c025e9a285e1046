// Whether a rule set is well formed (semantics 3.4). What its expressions mean is the clients' matter.
#pragma once

#include "absl/status/status.h"
#include "base/model.h"

namespace regent {

// RULE_SET_INVALID naming the rule and what is wrong with it.
absl::Status ValidateRuleSet(const RuleSet& rule_set);

}  // namespace regent
