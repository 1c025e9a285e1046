#include "server/registry/rule_set_check.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr size_t kNameBytesMax = 256;

bool IsOneOf(const std::string& text, std::initializer_list<std::string_view> allowed) {
  return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
}

absl::Status Invalid(const Rule& rule, absl::string_view what) {
  return MakeError(ErrorReason::kRuleSetInvalid,
                   absl::StrCat("Rule '", rule.name.substr(0, kNameBytesMax), "' ", what));
}

bool IsName(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

enum class RuleList { kMigration, kOther };

absl::Status ValidateRule(const Rule& rule, RuleList list, std::set<std::string>* names) {
  if (rule.name.size() > kNameBytesMax) return Invalid(rule, "has a name of more than 256 bytes");
  if (!IsName(rule.name)) {
    return Invalid(rule, "has no valid name: a letter or '_', then letters, digits, '_' and '-'");
  }
  if (!names->insert(rule.name).second) return Invalid(rule, "is there twice");
  if (rule.type.value_or("").empty()) return Invalid(rule, "has no type");
  if (rule.kind && !IsOneOf(*rule.kind, {"TRANSFORM", "CONDITION"})) {
    return Invalid(rule, "is of an unknown kind; there are TRANSFORM and CONDITION");
  }
  const std::string mode = rule.mode.value_or("WRITEREAD");
  if (list == RuleList::kMigration && !IsOneOf(mode, {"UPGRADE", "DOWNGRADE", "UPDOWN"})) {
    return Invalid(rule, absl::StrCat("has mode ", mode, "; migration rules have UPGRADE, DOWNGRADE or UPDOWN"));
  }
  if (list == RuleList::kOther && !IsOneOf(mode, {"WRITE", "READ", "WRITEREAD"})) {
    return Invalid(rule, absl::StrCat("has mode ", mode, "; domain and encoding rules have WRITE, READ or WRITEREAD"));
  }
  // One action for each of two directions.
  const bool two_ways = IsOneOf(mode, {"UPDOWN", "WRITEREAD"});
  for (const auto* action : {&rule.on_success, &rule.on_failure}) {
    if (!two_ways && action->value_or("").find(',') != std::string::npos) {
      return Invalid(rule, absl::StrCat("has two actions, but mode ", mode, " has one direction"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateRuleSet(const RuleSet& rule_set) {
  std::set<std::string> names;
  for (const Rule& rule : rule_set.migration_rules) {
    if (absl::Status status = ValidateRule(rule, RuleList::kMigration, &names); !status.ok()) return status;
  }
  for (const auto* rules : {&rule_set.domain_rules, &rule_set.encoding_rules}) {
    for (const Rule& rule : *rules) {
      if (absl::Status status = ValidateRule(rule, RuleList::kOther, &names); !status.ok()) return status;
    }
  }
  if (rule_set.enable_at && !IsOneOf(*rule_set.enable_at, {"ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"})) {
    return MakeError(ErrorReason::kRuleSetInvalid,
                     "enableAt of a rule set is one of ALL, CLIENT, GATEWAY, SERVER and NONE");
  }
  return absl::OkStatus();
}

}  // namespace regent
