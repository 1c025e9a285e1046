#include "server/registry/change_config.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/registry/rule_set_check.h"
#include "server/registry/setting_operation.h"
#include "store/record_codec.h"

namespace regent {
namespace {

// `field` is an optional, or a Boxed.
template <typename T, typename Field>
void Update(const FieldUpdate<T>& update, Field* field) {
  if (update.action == FieldUpdate<T>::Action::kSet) *field = update.value;
  if (update.action == FieldUpdate<T>::Action::kClear) field->reset();
}

SubjectConfig Merge(const UpdateConfig& request, SubjectConfig config) {
  Update(request.level, &config.level);
  Update(request.policy, &config.policy);
  Update(request.normalize, &config.normalize);
  Update(request.validate_fields, &config.validate_fields);
  Update(request.validate_new_schemas, &config.validate_new_schemas);
  Update(request.validate_rules, &config.validate_rules);
  Update(request.alias, &config.alias);
  Update(request.alias_for_deks, &config.alias_for_deks);
  Update(request.compatibility_group, &config.compatibility_group);
  Update(request.default_metadata, &config.default_metadata);
  Update(request.override_metadata, &config.override_metadata);
  Update(request.default_rule_set, &config.default_rule_set);
  Update(request.override_rule_set, &config.override_rule_set);
  return config;
}

class UpdateConfigOperation : public SettingOperation {
 public:
  UpdateConfigOperation(const WriteDomain* domain, UpdateConfig request)
      : SettingOperation(domain, KeyType::kConfig, request.target), request_(std::move(request)) {}

  std::optional<WriteAnswer> Prepare() override {
    if (auto answer = SettingOperation::Prepare()) return answer;
    for (const FieldUpdate<RuleSet>* update : {&request_.default_rule_set, &request_.override_rule_set}) {
      if (update->action != FieldUpdate<RuleSet>::Action::kSet) continue;
      if (absl::Status status = ValidateRuleSet(update->value); !status.ok()) return status;
    }
    return std::nullopt;
  }

  WriteStep Decide() override {
    result_ = WriteResult();
    if (absl::Status status = CheckWritable(*domain_->state, target_); !status.ok()) return WriteStep::Answer(status);
    const auto own = domain_->state->FindConfig(target_);
    const SubjectConfig present = own ? *own : SubjectConfig();
    result_.config = Merge(request_, present);
    if (result_.config == present) return Unchanged();
    result_.changed = true;
    return WriteStep::Append({EncodeRecord(Key(), result_.config)});
  }

 private:
  const UpdateConfig request_;
};

class DeleteConfigOperation : public SettingOperation {
 public:
  DeleteConfigOperation(const WriteDomain* domain, ConfigTarget target)
      : SettingOperation(domain, KeyType::kConfig, std::move(target)) {}

  WriteStep Decide() override {
    result_ = WriteResult();
    if (absl::Status status = CheckWritable(*domain_->state, target_); !status.ok()) return WriteStep::Answer(status);
    const auto own = domain_->state->FindConfig(target_);
    if (own == nullptr && target_) return WriteStep::Answer(errors::SubjectNotFound(*target_));
    result_.config = own ? *own : SubjectConfig();
    if (!result_.config.level) result_.config.level = domain_->defaults.level;
    if (own == nullptr) return Unchanged();
    result_.changed = true;
    std::vector<Record> records;
    AppendTombstones(*domain_->state, Key(), &records);
    return WriteStep::Append(std::move(records));
  }
};

}  // namespace

std::unique_ptr<WriteOperation> NewUpdateConfigOperation(const WriteDomain* domain, UpdateConfig request) {
  return std::make_unique<UpdateConfigOperation>(domain, std::move(request));
}

std::unique_ptr<WriteOperation> NewDeleteConfigOperation(const WriteDomain* domain, DeleteConfig request) {
  return std::make_unique<DeleteConfigOperation>(domain, std::move(request.target));
}

}  // namespace regent
