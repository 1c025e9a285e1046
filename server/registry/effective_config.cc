#include "server/registry/effective_config.h"

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

using Target = std::optional<Subject>;

// Where a target's settings are looked for after the target itself.
Target ContextTarget(const Subject& subject) {
  if (subject.context == kDefaultContext) return std::nullopt;
  return Subject(subject.context, "");
}

Target UnderAllContexts() { return Subject(kGlobalContext, ""); }

template <typename T>
void FillFrom(const std::optional<T>& source, std::optional<T>* field) {
  if (!field->has_value()) *field = source;
}

}  // namespace

SubjectConfig EffectiveConfigRecord(const State& state, const RegistryDefaults& defaults, const Target& target) {
  SubjectConfig config;
  if (const auto own = target ? state.FindConfig(target) : nullptr) {
    // A subject's own record: the level does not come from the global record, the flags do (semantics 10.12).
    config = *own;
    if (const auto global = state.FindConfig(std::nullopt)) {
      FillFrom(global->normalize, &config.normalize);
      FillFrom(global->validate_fields, &config.validate_fields);
      FillFrom(global->validate_new_schemas, &config.validate_new_schemas);
      FillFrom(global->validate_rules, &config.validate_rules);
      FillFrom(global->policy, &config.policy);
      FillFrom(global->compatibility_group, &config.compatibility_group);
    }
  } else {
    std::shared_ptr<const SubjectConfig> inherited = state.FindConfig(target ? ContextTarget(*target) : std::nullopt);
    if (inherited == nullptr) inherited = state.FindConfig(UnderAllContexts());
    if (inherited != nullptr) config = *inherited;
  }
  if (!config.level) config.level = defaults.level;
  return config;
}

EffectiveConfig EffectiveConfigOf(const State& state, const RegistryDefaults& defaults, const Subject& subject) {
  const SubjectConfig record = EffectiveConfigRecord(state, defaults, subject);
  EffectiveConfig config;
  config.level = *record.level;
  config.policy = record.policy.value_or(CompatibilityPolicy::kStrict);
  config.normalize = record.normalize.value_or(false);
  config.validate_fields = record.validate_fields.value_or(defaults.validate_fields);
  config.validate_new_schemas = record.validate_new_schemas.value_or(defaults.validate_new_schemas);
  config.compatibility_group = record.compatibility_group.value_or("");
  config.default_metadata = record.default_metadata;
  config.override_metadata = record.override_metadata;
  config.default_rule_set = record.default_rule_set;
  config.override_rule_set = record.override_rule_set;
  return config;
}

Mode EffectiveMode(const State& state, const Target& target) {
  if (const auto own = state.FindMode(target)) return *own;
  if (target) {
    if (const auto context = state.FindMode(ContextTarget(*target))) return *context;
  }
  return state.FindMode(UnderAllContexts()).value_or(Mode::kReadWrite);
}

absl::Status CheckWritable(const State& state, const Target& target) {
  const Mode mode = EffectiveMode(state, target);
  if (mode != Mode::kReadOnly && mode != Mode::kReadOnlyOverride) return absl::OkStatus();
  const Subject subject = target.value_or(Subject());
  return MakeError(ErrorReason::kModeForbids,
                   absl::StrCat("Subject ", subject.name, " in context ", subject.context, " is in read-only mode"),
                   {.subject = target});
}

absl::Status CheckRegistrable(const State& state, const Subject& subject, OwnId own_id) {
  if (absl::Status writable = CheckWritable(state, subject); !writable.ok()) return writable;
  const bool read_write = EffectiveMode(state, subject) == Mode::kReadWrite;
  if (read_write == (own_id == OwnId::kNo)) return absl::OkStatus();
  return MakeError(ErrorReason::kModeForbids,
                   absl::StrCat("Subject ", subject.name, " in context ", subject.context,
                                read_write ? " is not in import mode: no schema can bring an id of its own"
                                           : " is not in read-write mode: schemas must bring an id of their own"),
                   {.subject = subject});
}

Subject FollowAlias(const State& state, const Subject& subject) {
  if (subject.name.empty()) return subject;
  const auto own = state.FindConfig(subject);
  if (own == nullptr || own->alias.value_or("").empty()) return subject;
  return Subject::Parse(*own->alias, subject.context);
}

absl::Status CheckSubjectName(const Subject& subject) {
  const auto invalid = [&](std::string_view why) {
    return MakeError(ErrorReason::kSubjectInvalid,
                     absl::StrCat("The specified subject '", subject.Qualified(), "' is not a valid. ",
                                  absl::string_view(why.data(), why.size())),
                     {.subject = subject});
  };
  for (const std::string* part : {&subject.context, &subject.name}) {
    for (const char c : *part) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return invalid("It contains a control character.");
    }
  }
  if (subject.context.empty() || subject.context[0] != '.') return invalid("A context begins with a dot.");
  if (subject.context.find(':') != std::string::npos) return invalid("A context contains no colon.");
  if (subject.name == "__GLOBAL" || subject.name == "__EMPTY") return invalid("The name is reserved.");
  if (subject.context == kGlobalContext && !subject.name.empty()) {
    return invalid("The context holds configuration only.");
  }
  return absl::OkStatus();
}

}  // namespace regent
