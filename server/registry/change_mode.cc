#include "server/registry/change_mode.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/registry/setting_operation.h"
#include "server/registry/subject_scan.h"
#include "store/record_codec.h"

namespace regent {
namespace {

template <typename Visit>
void ForEachVersion(const State& state, const ConfigTarget& target, const Visit& visit) {
  const auto visit_all = [&](const Subject& subject, const SubjectView& view) {
    for (const VersionEntry& entry : view.versions) {
      if (!visit(subject, entry)) return false;
    }
    return true;
  };
  if (target && !target->name.empty()) {
    if (const auto view = state.FindSubject(*target)) visit_all(*target, *view);
  } else {
    ScanSubjects(state, {.context = target ? target->context : "*"}, visit_all);
  }
}

class ModeOperation : public SettingOperation {
 public:
  ModeOperation(const WriteDomain* domain, ConfigTarget target)
      : SettingOperation(domain, KeyType::kMode, std::move(target)) {}

  std::optional<WriteAnswer> Prepare() override {
    if (!domain_->defaults.modes_changeable) {
      return MakeError(ErrorReason::kModeForbids, "Modes are not to be changed (mode.mutability=false).",
                       {.subject = target_});
    }
    return SettingOperation::Prepare();
  }

  std::vector<HoldKey> Holds() const override {
    std::vector<HoldKey> holds = SettingOperation::Holds();
    if (target_) holds.push_back({SubjectHold(*target_)});
    return holds;
  }
};

class UpdateModeOperation : public ModeOperation {
 public:
  UpdateModeOperation(const WriteDomain* domain, UpdateMode request)
      : ModeOperation(domain, request.target), mode_(request.mode), force_(request.force) {}

  std::optional<WriteAnswer> Prepare() override {
    if (auto answer = ModeOperation::Prepare()) return answer;
    if (mode_ == Mode::kForward && !(target_ && *target_ == Subject(kGlobalContext, ""))) {
      return MakeError(ErrorReason::kModeInvalid,
                       absl::StrCat("Forward mode is only for what is under all contexts, :", kGlobalContext, ":"),
                       {.subject = target_});
    }
    cleared_.clear();
    if (MakesRoom()) {
      ForEachVersion(*domain_->state, target_, [&](const Subject& subject, const VersionEntry&) {
        cleared_.insert(subject);
        return true;
      });
    }
    return std::nullopt;
  }

  // The versions that make room are not to change until they are gone.
  std::vector<HoldKey> Holds() const override {
    std::vector<HoldKey> holds = ModeOperation::Holds();
    for (const Subject& subject : cleared_) holds.push_back({SubjectHold(subject)});
    return holds;
  }

  WriteStep Decide() override {
    const State& state = *domain_->state;
    const std::optional<Mode> own = state.FindMode(target_);
    result_ = WriteResult{.mode = mode_};
    if (own == mode_) return Unchanged();
    result_.changed = true;
    std::vector<Record> records;
    bool removes_schema = false;
    if (!mode_) {
      AppendTombstones(state, Key(), &records);
      return WriteStep::Append(std::move(records));
    }
    if (MakesRoom()) {
      bool all_held = true;
      ForEachVersion(state, target_, [&](const Subject& subject, const VersionEntry&) {
        all_held = all_held && cleared_.contains(subject);
        return all_held;
      });
      if (!all_held) return WriteStep::PrepareAgain();
      if (absl::Status status = MakeRoom(&records); !status.ok()) return WriteStep::Answer(status);
      removes_schema = !records.empty();
    }
    records.push_back(EncodeRecord(Key(), *mode_));
    return WriteStep::Append(std::move(records), removes_schema);
  }

 private:
  bool MakesRoom() const {
    return mode_ == Mode::kImport && !force_ && EffectiveMode(*domain_->state, target_) != Mode::kImport;
  }

  // What is imported brings versions and ids of its own, so that nothing may be there before. Removed from above, every
  // prefix is a legal state.
  absl::Status MakeRoom(std::vector<Record>* records) const {
    const State& state = *domain_->state;
    std::optional<VersionKey> live;
    std::vector<VersionKey> deleted;
    ForEachVersion(state, target_, [&](const Subject& subject, const VersionEntry& entry) {
      if (!entry.deleted) live = VersionKey{subject, entry.version};
      deleted.push_back({subject, entry.version});
      return !live;
    });
    if (live) {
      return MakeError(ErrorReason::kModeForbids,
                       absl::StrCat("Cannot import since found existing subjects: ", live->subject.Qualified(),
                                    " version ", live->version.value(), " is live."),
                       {.subject = live->subject, .version = live->version});
    }
    std::reverse(deleted.begin(), deleted.end());
    for (const VersionKey& key : deleted) {
      const auto referrers = state.ReferrersOf(key.subject, key.version);
      const bool needed = std::any_of(referrers.begin(), referrers.end(), [&](const auto& referrer) {
        return !std::binary_search(deleted.rbegin(), deleted.rend(), VersionKey{referrer.first, referrer.second});
      });
      if (!needed) AppendTombstones(state, SchemaKey(key.subject, key.version), records);
    }
    return absl::OkStatus();
  }

  const std::optional<Mode> mode_;
  const bool force_;
  std::set<Subject> cleared_;  // held
};

class DeleteModeOperation : public ModeOperation {
 public:
  DeleteModeOperation(const WriteDomain* domain, DeleteMode request)
      : ModeOperation(domain, request.target), recursive_(request.recursive) {}

  std::optional<WriteAnswer> Prepare() override {
    if (auto answer = ModeOperation::Prepare()) return answer;
    inner_.clear();
    if (!recursive_ || (target_ && !target_->name.empty())) return std::nullopt;
    for (const ConfigTarget& inner : domain_->state->ModeTargets()) {
      if (inner && !inner->name.empty() && (!target_ || inner->context == target_->context)) inner_.push_back(*inner);
    }
    return std::nullopt;
  }

  std::vector<HoldKey> Holds() const override {
    std::vector<HoldKey> holds = ModeOperation::Holds();
    for (const Subject& inner : inner_) holds.push_back({ConfigHold(inner)});
    return holds;
  }

  WriteStep Decide() override {
    const State& state = *domain_->state;
    result_ = WriteResult{.mode = state.FindMode(target_)};
    std::vector<Record> records;
    if (result_.mode) AppendTombstones(state, Key(), &records);
    for (const Subject& inner : inner_) {
      const RecordKey key{.type = KeyType::kMode, .subject = inner};
      if (state.FindMode(inner)) AppendTombstones(state, key, &records);
    }
    if (records.empty()) {
      if (!recursive_ && target_) return WriteStep::Answer(errors::SubjectNotFound(*target_));
      return Unchanged();
    }
    result_.changed = true;
    return WriteStep::Append(std::move(records));
  }

 private:
  const bool recursive_;
  std::vector<Subject> inner_;  // the subjects in it that have a mode
};

class DeleteContextOperation : public WriteOperation {
 public:
  DeleteContextOperation(const WriteDomain* domain, DeleteContext request)
      : domain_(domain), context_(std::move(request.context)) {}

  std::optional<WriteAnswer> Prepare() override {
    if (absl::Status status = CheckSubjectName(Subject(context_, "")); !status.ok()) return status;
    return std::nullopt;
  }
  std::vector<HoldKey> Holds() const override { return {{ContextHold(context_)}}; }

  WriteStep Decide() override {
    const State& state = *domain_->state;
    if (absl::Status status = CheckWritable(state, Subject(context_, "")); !status.ok()) {
      return WriteStep::Answer(status);
    }
    std::optional<Subject> found;
    ScanSubjects(state, {.context = context_}, [&](const Subject& subject, const SubjectView&) {
      found = subject;
      return false;
    });
    if (found) {
      return WriteStep::Answer(MakeError(ErrorReason::kContextNotEmpty,
                                         absl::StrCat("The specified context '", context_, "' is not empty. It has ",
                                                      "subject '", found->Qualified(), "'."),
                                         {.subject = *found}));
    }
    std::vector<Record> records;
    AppendTombstones(state, {.type = KeyType::kContext, .text = context_}, &records);
    WriteResult result;
    result.position = state.position();
    if (records.empty()) return WriteStep::Answer(result);
    return WriteStep::Append(std::move(records));
  }

  WriteStep AfterReadBack(const Position& position) override {
    WriteResult result;
    result.position = position;
    result.changed = true;
    return WriteStep::Answer(result);
  }

 private:
  const WriteDomain* const domain_;
  const std::string context_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewUpdateModeOperation(const WriteDomain* domain, UpdateMode request) {
  return std::make_unique<UpdateModeOperation>(domain, std::move(request));
}

std::unique_ptr<WriteOperation> NewDeleteModeOperation(const WriteDomain* domain, DeleteMode request) {
  return std::make_unique<DeleteModeOperation>(domain, std::move(request));
}

std::unique_ptr<WriteOperation> NewDeleteContextOperation(const WriteDomain* domain, DeleteContext request) {
  return std::make_unique<DeleteContextOperation>(domain, std::move(request));
}

}  // namespace regent
