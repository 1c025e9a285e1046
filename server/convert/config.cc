#include "server/convert/config.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/compatibility.h"
#include "server/convert/schema.h"

namespace regent {
namespace {

// Which fields an update speaks of.
class Mask {
 public:
  Mask(const google::protobuf::FieldMask& mask, Violations* violations) : violations_(violations) {
    for (const std::string& path : mask.paths()) {
      if (path == "*") {
        all_ = true;
      } else if (v1::SubjectConfig::descriptor()->FindFieldByName(path) != nullptr) {
        paths_.insert(path);
      } else {
        violations_->Add("update_mask", absl::StrCat("'", path, "' is no field of SubjectConfig"));
      }
    }
    if (all_ && mask.paths_size() > 1) violations_->Add("update_mask", "'*' stands alone");
    implicit_ = mask.paths().empty();
  }

  // Notes in `update` what happens to the field `name`, of which the request holds `value` or nothing.
  template <typename T>
  void Apply(const char* name, std::optional<T> value, FieldUpdate<T>* update) {
    if (implicit_ ? !value.has_value() : !all_ && paths_.count(name) == 0) return;
    any_ = true;
    update->action = value ? FieldUpdate<T>::Action::kSet : FieldUpdate<T>::Action::kClear;
    if (value) update->value = *std::move(value);
  }

  bool any() const { return any_; }

 private:
  Violations* const violations_;
  std::set<std::string> paths_;
  bool all_ = false;
  bool implicit_ = false;
  bool any_ = false;
};

template <typename T>
std::optional<T> Optional(bool present, const T& value) {
  return present ? std::optional<T>(value) : std::nullopt;
}

std::optional<CompatibilityLevel> Level(const v1::SubjectConfig& config, Violations* violations) {
  if (!config.has_level()) return std::nullopt;
  if (config.level() == v1::COMPATIBILITY_LEVEL_UNSPECIFIED) {
    violations->Add("config.level", "UNSPECIFIED cannot be set; leave the field out to clear it");
  }
  return FromProto(config.level(), "config.level", violations);
}

std::optional<CompatibilityPolicy> Policy(const v1::SubjectConfig& config, Violations* violations) {
  if (!config.has_policy()) return std::nullopt;
  if (config.policy() == v1::COMPATIBILITY_POLICY_UNSPECIFIED) {
    violations->Add("config.policy", "UNSPECIFIED cannot be set; leave the field out to clear it");
  }
  return FromProto(config.policy(), "config.policy", violations);
}

}  // namespace

ConfigTarget FromProto(const v1::ConfigTarget& proto, std::string_view field, Violations* violations) {
  const std::string path(field);
  switch (proto.target_case()) {
    case v1::ConfigTarget::kSubject:
      return FromProto(proto.subject(), absl::StrCat(path, ".subject"), violations);
    case v1::ConfigTarget::kContext:
      if (proto.context().empty()) violations->Add(absl::StrCat(path, ".context"), "not empty");
      return Subject(ContextFromProto(proto.context(), absl::StrCat(path, ".context"), violations), "");
    case v1::ConfigTarget::kGlobal:
      return std::nullopt;
    case v1::ConfigTarget::TARGET_NOT_SET:
      violations->Add(path, "required: subject, context or global");
  }
  return std::nullopt;
}

ConfigView FromProto(v1::ConfigView view, std::string_view field, Violations* violations) {
  switch (view) {
    case v1::CONFIG_VIEW_UNSPECIFIED:
    case v1::CONFIG_VIEW_OWN:
      return ConfigView::kOwn;
    case v1::CONFIG_VIEW_EFFECTIVE:
      return ConfigView::kEffective;
    default:
      violations->Add(field, absl::StrCat(static_cast<int>(view), " is no ConfigView"));
      return ConfigView::kOwn;
  }
}

UpdateConfig FromProto(const v1::SubjectConfig& config, const google::protobuf::FieldMask& field_mask,
                       Violations* violations) {
  Mask mask(field_mask, violations);
  UpdateConfig update;
  mask.Apply("level", Level(config, violations), &update.level);
  mask.Apply("policy", Policy(config, violations), &update.policy);
  mask.Apply("normalize", Optional(config.has_normalize(), config.normalize()), &update.normalize);
  mask.Apply("validate_fields", Optional(config.has_validate_fields(), config.validate_fields()),
             &update.validate_fields);
  mask.Apply("validate_new_schemas", Optional(config.has_validate_new_schemas(), config.validate_new_schemas()),
             &update.validate_new_schemas);
  mask.Apply("validate_rules", Optional(config.has_validate_rules(), config.validate_rules()), &update.validate_rules);
  mask.Apply("alias", Optional(config.has_alias(), config.alias()), &update.alias);
  mask.Apply("alias_for_deks", Optional(config.has_alias_for_deks(), config.alias_for_deks()), &update.alias_for_deks);
  mask.Apply("compatibility_group", Optional(config.has_compatibility_group(), config.compatibility_group()),
             &update.compatibility_group);
  mask.Apply("default_metadata", Optional(config.has_default_metadata(), FromProto(config.default_metadata())),
             &update.default_metadata);
  mask.Apply("override_metadata", Optional(config.has_override_metadata(), FromProto(config.override_metadata())),
             &update.override_metadata);
  mask.Apply("default_rule_set", Optional(config.has_default_rule_set(), FromProto(config.default_rule_set())),
             &update.default_rule_set);
  mask.Apply("override_rule_set", Optional(config.has_override_rule_set(), FromProto(config.override_rule_set())),
             &update.override_rule_set);
  if (!mask.any() && violations->empty()) violations->Add("config", "nothing to change");
  return update;
}

Mode FromProto(v1::Mode mode, std::string_view field, Violations* violations) {
  switch (mode) {
    case v1::MODE_READWRITE:
      return Mode::kReadWrite;
    case v1::MODE_READONLY:
      return Mode::kReadOnly;
    case v1::MODE_READONLY_OVERRIDE:
      return Mode::kReadOnlyOverride;
    case v1::MODE_IMPORT:
      return Mode::kImport;
    case v1::MODE_FORWARD:
      return Mode::kForward;
    default:
      violations->Add(field,
                      absl::StrCat("required: READWRITE, READONLY, IMPORT or FORWARD, not ", static_cast<int>(mode)));
      return Mode::kReadWrite;
  }
}

v1::Mode ToProto(const std::optional<Mode>& mode) {
  if (!mode) return v1::MODE_UNSPECIFIED;
  switch (*mode) {
    case Mode::kReadWrite:
      return v1::MODE_READWRITE;
    case Mode::kReadOnly:
      return v1::MODE_READONLY;
    case Mode::kReadOnlyOverride:
      return v1::MODE_READONLY_OVERRIDE;
    case Mode::kImport:
      return v1::MODE_IMPORT;
    case Mode::kForward:
      return v1::MODE_FORWARD;
  }
  return v1::MODE_UNSPECIFIED;
}

void ToProto(const ConfigTarget& target, v1::ConfigTarget* proto) {
  if (!target) {
    proto->mutable_global();
  } else if (target->name.empty()) {
    proto->set_context(target->context);
  } else {
    ToProto(*target, proto->mutable_subject());
  }
}

void ToProto(const SubjectConfig& config, v1::SubjectConfig* proto) {
  if (config.level) proto->set_level(ToProto(*config.level));
  if (config.policy) proto->set_policy(ToProto(*config.policy));
  if (config.normalize) proto->set_normalize(*config.normalize);
  if (config.validate_fields) proto->set_validate_fields(*config.validate_fields);
  if (config.validate_new_schemas) proto->set_validate_new_schemas(*config.validate_new_schemas);
  if (config.validate_rules) proto->set_validate_rules(*config.validate_rules);
  if (config.alias) proto->set_alias(*config.alias);
  if (config.alias_for_deks) proto->set_alias_for_deks(*config.alias_for_deks);
  if (config.compatibility_group) proto->set_compatibility_group(*config.compatibility_group);
  if (config.default_metadata) ToProto(*config.default_metadata, proto->mutable_default_metadata());
  if (config.override_metadata) ToProto(*config.override_metadata, proto->mutable_override_metadata());
  if (config.default_rule_set) ToProto(*config.default_rule_set, proto->mutable_default_rule_set());
  if (config.override_rule_set) ToProto(*config.override_rule_set, proto->mutable_override_rule_set());
}

}  // namespace regent
