// What changes of a configuration and of a mode have in common: one record, whose key is the target's.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

class SettingOperation : public WriteOperation {
 public:
  SettingOperation(const WriteDomain* domain, KeyType type, ConfigTarget target)
      : domain_(domain), target_(std::move(target)), type_(type) {}

  std::optional<WriteAnswer> Prepare() override {
    if (target_) {
      // A context's own settings are written as those of a subject without a name.
      if (absl::Status status = CheckSubjectName(*target_); !status.ok()) return status;
    }
    return std::nullopt;
  }

  std::vector<HoldKey> Holds() const override { return {{ConfigHold(target_)}}; }

  WriteStep AfterReadBack(const Position& position) override {
    result_.position = position;
    return WriteStep::Answer(result_);
  }

 protected:
  RecordKey Key() const { return {.type = type_, .subject = target_}; }
  WriteStep Unchanged() {
    result_.position = domain_->state->position();
    return WriteStep::Answer(result_);
  }

  const WriteDomain* const domain_;
  const ConfigTarget target_;
  WriteResult result_;

 private:
  const KeyType type_;
};

}  // namespace regent
