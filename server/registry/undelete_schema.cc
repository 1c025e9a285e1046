#include "server/registry/undelete_schema.h"

#include <optional>
#include <utility>

#include "base/error_reason.h"
#include "store/record_codec.h"

namespace regent {
namespace {

class UndeleteOperation : public WriteOperation {
 public:
  // No version: all of them.
  UndeleteOperation(const WriteDomain* domain, Subject subject, std::optional<Version> version)
      : domain_(domain), subject_(std::move(subject)), version_(version) {}

  std::optional<WriteAnswer> Prepare() override {
    view_ = domain_->state->FindSubject(subject_);
    if (view_ == nullptr) return errors::SubjectNotFound(subject_);
    if (version_ && view_->Find(*version_) == nullptr) return errors::VersionNotFound(subject_, *version_);
    return std::nullopt;
  }

  std::vector<HoldKey> Holds() const override {
    std::vector<HoldKey> holds = {{SubjectHold(subject_)}};
    ForEachDeleted([&](const VersionEntry& entry) {
      for (const Reference& reference : entry.stored->content.references) {
        holds.push_back({SubjectHold(reference.subject), HoldMode::kShared});
      }
    });
    return holds;
  }

  WriteStep Decide() override {
    if (domain_->state->FindSubject(subject_) != view_) return WriteStep::PrepareAgain();
    if (absl::Status status = CheckWritable(*domain_->state, subject_); !status.ok()) return WriteStep::Answer(status);
    result_ = WriteResult();
    std::vector<Record> records;
    absl::Status missing;
    ForEachDeleted([&](const VersionEntry& entry) {
      if (missing.ok()) missing = CheckReferences(entry);
      result_.versions.push_back(entry.version);
      records.push_back(EncodeRecord(SchemaKey(subject_, entry.version), RecordOf(*entry.stored, /*deleted=*/false)));
    });
    if (!missing.ok()) return WriteStep::Answer(missing);
    result_.position = domain_->state->position();
    if (records.empty()) return WriteStep::Answer(result_);
    result_.changed = true;
    return WriteStep::Append(std::move(records));
  }

  WriteStep AfterReadBack(const Position& position) override {
    result_.position = position;
    return WriteStep::Answer(result_);
  }

 private:
  template <typename Visit>
  void ForEachDeleted(const Visit& visit) const {
    for (const VersionEntry& entry : view_->versions) {
      if (entry.deleted && (!version_ || entry.version == *version_)) visit(entry);
    }
  }

  // A live version must not refer to a deleted one, other than within its own subject, where it comes back too.
  absl::Status CheckReferences(const VersionEntry& entry) const {
    for (const Reference& reference : entry.stored->content.references) {
      if (reference.subject == subject_) continue;
      const auto view = domain_->state->FindSubject(reference.subject);
      const VersionEntry* target = view ? view->Find(reference.version) : nullptr;
      if (target != nullptr && !target->deleted) continue;
      return MakeError(ErrorReason::kReferenceNotFound,
                       "Version " + std::to_string(entry.version.value()) + " of subject '" + subject_.Qualified() +
                           "' refers to subject '" + reference.subject.Qualified() + "' version " +
                           std::to_string(reference.version.value()) + ", which is deleted: undelete that one first.",
                       {.subject = reference.subject, .version = reference.version});
    }
    return absl::OkStatus();
  }

  const WriteDomain* const domain_;
  const Subject subject_;
  const std::optional<Version> version_;
  std::shared_ptr<const SubjectView> view_;
  WriteResult result_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewUndeleteVersionOperation(const WriteDomain* domain, UndeleteVersion request) {
  return std::make_unique<UndeleteOperation>(domain, std::move(request.subject), request.version);
}

std::unique_ptr<WriteOperation> NewUndeleteSubjectOperation(const WriteDomain* domain, UndeleteSubject request) {
  return std::make_unique<UndeleteOperation>(domain, std::move(request.subject), std::nullopt);
}

}  // namespace regent
