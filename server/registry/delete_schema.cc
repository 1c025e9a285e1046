#include "server/registry/delete_schema.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "store/record_codec.h"

namespace regent {
namespace {

// REFERENCE_EXISTS, naming who refers, where a version must stay: for a soft delete live referrers count, for a
// permanent one all of them. Referrers within `ignored` do not count.
absl::Status CheckUnreferenced(const State& state, const Subject& subject, Version version, DeleteKind kind,
                               const Subject* ignored) {
  ErrorDetail detail{.subject = subject, .version = version};
  for (const auto& [referrer, referrer_version] : state.ReferrersOf(subject, version)) {
    if (ignored != nullptr && referrer == *ignored) continue;
    const auto view = state.FindSubject(referrer);
    const VersionEntry* entry = view ? view->Find(referrer_version) : nullptr;
    if (entry == nullptr || (kind == DeleteKind::kSoft && entry->deleted)) continue;
    detail.referrers.push_back({referrer, referrer_version});
  }
  if (detail.referrers.empty()) return absl::OkStatus();
  std::string names;
  constexpr size_t kNamed = 10;
  for (size_t i = 0; i < detail.referrers.size() && i < kNamed; ++i) {
    absl::StrAppend(&names, i ? ", " : "", detail.referrers[i].subject.Qualified(), " version ",
                    detail.referrers[i].version.value());
  }
  if (detail.referrers.size() > kNamed) absl::StrAppend(&names, " and ", detail.referrers.size() - kNamed, " more");
  return MakeError(ErrorReason::kReferenceExists,
                   absl::StrCat("One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=",
                                subject.Qualified(), ",version=", version.value(), "}. It is used by ", names, "."),
                   detail);
}

Record SoftlyDeleted(const Subject& subject, const VersionEntry& entry) {
  return EncodeRecord(SchemaKey(subject, entry.version), RecordOf(*entry.stored, /*deleted=*/true));
}

// What belongs to a subject beside its versions, once the last of these is gone. Last, as Confluent does.
void AppendSettingsTombstones(const State& state, const Subject& subject, std::vector<Record>* records) {
  AppendTombstones(state, {.type = KeyType::kMode, .subject = subject}, records);
  AppendTombstones(state, {.type = KeyType::kConfig, .subject = subject}, records);
}

// The frame that both deletes share: everything is decided in microseconds, so Prepare() has nothing to do.
class DeleteOperation : public WriteOperation {
 public:
  DeleteOperation(const WriteDomain* domain, Subject subject, DeleteKind kind)
      : domain_(domain), subject_(std::move(subject)), kind_(kind) {}

  std::optional<WriteAnswer> Prepare() override { return std::nullopt; }

  std::vector<HoldKey> Holds() const override { return {{SubjectHold(subject_)}, {ConfigHold(subject_)}}; }

  WriteStep Decide() override {
    const State& state = *domain_->state;
    if (absl::Status status = CheckWritable(state, subject_); !status.ok()) return WriteStep::Answer(status);
    const auto view = state.FindSubject(subject_);
    std::vector<Record> records;
    if (view == nullptr) {
      if (!removes_last_) {
        const auto last = domain_->unfinished_deletes->LastRemoved(subject_);
        if (kind_ == DeleteKind::kSoft || !last || !Removes(*last)) {
          return WriteStep::Answer(errors::SubjectNotFound(subject_));
        }
        result_ = WriteResult{.changed = true, .versions = {*last}};
      }
      // Cut short by a takeover behind the last version: what was left is finished.
      AppendSettingsTombstones(state, subject_, &records);
      if (records.empty()) return AfterReadBack(state.position());
      return WriteStep::Append(std::move(records));
    }
    result_ = WriteResult{.changed = true};
    if (absl::Status status = Plan(*view, &records); !status.ok()) return WriteStep::Answer(status);
    removes_last_ = kind_ != DeleteKind::kSoft && result_.versions.size() == view->versions.size();
    return WriteStep::Append(std::move(records), kind_ != DeleteKind::kSoft);
  }

  WriteStep AfterReadBack(const Position& position) override {
    result_.position = position;
    return WriteStep::Answer(result_);
  }

 protected:
  virtual absl::Status Plan(const SubjectView& view, std::vector<Record>* records) = 0;
  // Whether the request, made before, would have removed `version` as the last one.
  virtual bool Removes(Version version) const = 0;

  const WriteDomain* const domain_;
  const Subject subject_;
  const DeleteKind kind_;
  WriteResult result_;

 private:
  bool removes_last_ = false;  // was decided before, to remove the last version
};

class DeleteVersionOperation : public DeleteOperation {
 public:
  DeleteVersionOperation(const WriteDomain* domain, DeleteVersion request)
      : DeleteOperation(domain, request.subject, request.kind), version_(request.version) {}

 protected:
  absl::Status Plan(const SubjectView& view, std::vector<Record>* records) override {
    const VersionEntry* entry = version_ ? view.Find(*version_) : view.LatestLive();
    if (entry == nullptr) return errors::VersionNotFound(subject_, version_.value_or(Version(-1)));
    const ErrorDetail detail{.subject = subject_, .version = entry->version};
    if (kind_ == DeleteKind::kSoft && entry->deleted) {
      return MakeError(ErrorReason::kVersionSoftDeleted,
                       absl::StrCat("Subject '", subject_.Qualified(), "' Version ", entry->version.value(),
                                    " was soft deleted.Set permanent=true to delete permanently"),
                       detail);
    }
    if (kind_ == DeleteKind::kPermanent && !entry->deleted) {
      return MakeError(ErrorReason::kVersionNotSoftDeleted,
                       absl::StrCat("Subject '", subject_.Qualified(), "' Version ", entry->version.value(),
                                    " was not deleted first before being permanently deleted"),
                       detail);
    }
    if (absl::Status status = CheckUnreferenced(*domain_->state, subject_, entry->version, kind_, nullptr);
        !status.ok()) {
      return status;
    }
    result_.versions = {entry->version};
    if (kind_ == DeleteKind::kSoft) {
      records->push_back(SoftlyDeleted(subject_, *entry));
      return absl::OkStatus();
    }
    AppendTombstones(*domain_->state, SchemaKey(subject_, entry->version), records);
    if (view.versions.size() == 1) AppendSettingsTombstones(*domain_->state, subject_, records);
    return absl::OkStatus();
  }
  bool Removes(Version version) const override { return version == version_; }

 private:
  const std::optional<Version> version_;
};

class DeleteSubjectOperation : public DeleteOperation {
 public:
  DeleteSubjectOperation(const WriteDomain* domain, DeleteSubject request, Associated associated)
      : DeleteOperation(domain, request.subject, request.kind), associated_(associated) {}

 protected:
  absl::Status Plan(const SubjectView& view, std::vector<Record>* records) override {
    const bool soft = kind_ == DeleteKind::kSoft;
    const auto associations = domain_->state->Associations({.subject = subject_});
    if (associated_ == Associated::kStays && !associations.empty()) {
      return MakeError(
          ErrorReason::kSubjectAssociated,
          absl::StrCat("Subject '", subject_.Qualified(), "' is associated with ", associations.front()->resource_type,
                       " '", associations.front()->resource_name, "'; take that back first."),
          {.subject = subject_});
    }
    const ErrorDetail detail{.subject = subject_};
    if (soft && !view.AnyLive()) {
      return MakeError(ErrorReason::kSubjectSoftDeleted,
                       absl::StrCat("Subject '", subject_.Qualified(),
                                    "' was soft deleted.Set permanent=true to delete permanently"),
                       detail);
    }
    if (kind_ == DeleteKind::kPermanent && view.AnyLive()) {
      return MakeError(
          ErrorReason::kSubjectNotSoftDeleted,
          absl::StrCat("Subject '", subject_.Qualified(), "' was not deleted first before being permanently deleted"),
          detail);
    }
    for (const VersionEntry& entry : view.versions) {
      if (soft && entry.deleted) continue;
      if (absl::Status status = CheckUnreferenced(*domain_->state, subject_, entry.version, kind_, &subject_);
          !status.ok()) {
        return status;
      }
      result_.versions.push_back(entry.version);
    }
    // Every prefix of these is a legal state: hidden from below, removed from above.
    if (soft) {
      for (const VersionEntry& entry : view.versions) {
        if (!entry.deleted) records->push_back(SoftlyDeleted(subject_, entry));
      }
      return absl::OkStatus();
    }
    for (auto it = view.versions.rbegin(); it != view.versions.rend(); ++it) {
      AppendTombstones(*domain_->state, SchemaKey(subject_, it->version), records);
    }
    AppendSettingsTombstones(*domain_->state, subject_, records);
    return absl::OkStatus();
  }
  bool Removes(Version) const override { return true; }

 private:
  const Associated associated_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewDeleteVersionOperation(const WriteDomain* domain, DeleteVersion request) {
  return std::make_unique<DeleteVersionOperation>(domain, std::move(request));
}

std::unique_ptr<WriteOperation> NewDeleteSubjectOperation(const WriteDomain* domain, DeleteSubject request,
                                                          Associated associated) {
  return std::make_unique<DeleteSubjectOperation>(domain, std::move(request), associated);
}

}  // namespace regent
