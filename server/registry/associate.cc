#include "server/registry/associate.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/content_hash.h"
#include "base/error_reason.h"
#include "server/registry/delete_schema.h"
#include "server/registry/register_schema.h"
#include "store/association_record.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using Wanted = ResourceAssociations::Wanted;
using Known = std::vector<std::shared_ptr<const Association>>;

absl::Status Invalid(std::string_view what) { return MakeError(ErrorReason::kAssociationInvalid, what); }

absl::Status Switched(const WriteDomain& domain) {
  if (domain.defaults.associations) return absl::OkStatus();
  return Invalid("Associations are switched off: associations.enable=false.");
}

std::string NameOf(const ResourceAssociations& resource) {
  return absl::StrCat(resource.resource_type, " '", resource.resource_name, "' of namespace '",
                      resource.resource_namespace, "'");
}

HoldKey ResourceHold(const std::string& id) { return {absl::StrCat("resource ", id)}; }

// The one subject that a strong association of the resource can be with.
Subject StrongSubject(const ResourceAssociations& resource, const Wanted& wanted) {
  return {absl::StrCat(".", resource.resource_namespace),
          absl::StrCat(resource.resource_name, "-", wanted.association_type)};
}

// What it says with nothing left open. Its GUID follows from its key, so that a retry gives the same one.
absl::StatusOr<Association> Resolve(const ResourceAssociations& resource, const Wanted& wanted) {
  Association association;
  association.resource_name = resource.resource_name;
  association.resource_namespace = resource.resource_namespace;
  association.resource_id = resource.resource_id;
  association.resource_type = resource.resource_type;
  association.association_type = wanted.association_type;
  association.lifecycle = wanted.lifecycle.value_or(Lifecycle::kWeak);
  const bool strong = association.lifecycle == Lifecycle::kStrong;
  if (wanted.association_type.empty()) return Invalid("An association has an associationType.");
  if (wanted.frozen.value_or(strong) != strong) {
    return Invalid(strong ? "A strong association is frozen." : "A weak association is not frozen.");
  }
  association.frozen = strong;
  if (!strong && !wanted.subject) return Invalid("A weak association names its subject.");
  association.subject = wanted.subject.value_or(StrongSubject(resource, wanted));
  if (absl::Status status = CheckSubjectName(association.subject); !status.ok()) return status;
  if (association.subject.name.empty()) return Invalid("An association is with a subject that has a name.");
  if (strong && association.subject != StrongSubject(resource, wanted)) {
    return Invalid(absl::StrCat("The strong association of ", NameOf(resource), " is with subject '",
                                StrongSubject(resource, wanted).Qualified(), "', not '",
                                association.subject.Qualified(), "'."));
  }
  association.guid = HashOf({.text = AssociationKey(association).text}).ToGuid();
  return association;
}

bool Imports(const State& state, const Association& association) {
  return EffectiveMode(state, association.subject) == Mode::kImport;
}

bool OfResource(const Association& association, const ResourceAssociations& resource) {
  return association.resource_id == resource.resource_id && association.resource_type == resource.resource_type;
}

class AssociateOperation : public WriteOperation {
 public:
  AssociateOperation(const WriteDomain* domain, AssociateResources request)
      : domain_(domain), request_(std::move(request)) {}

  std::optional<WriteAnswer> Prepare() override {
    if (absl::Status status = Switched(*domain_); !status.ok()) return status;
    for (; result_.associated.size() < request_.resources.size(); next_ = 0, registration_ = nullptr) {
      const absl::Status status = PrepareResource();
      if (status.ok()) return std::nullopt;
      result_.associated.push_back({status, {}});
    }
    if (!request_.outcomes_apart && !result_.associated.empty() && !result_.associated[0].status.ok()) {
      return result_.associated[0].status;
    }
    if (result_.position == Position()) result_.position = {domain_->log_id, domain_->state->applied()};
    return result_;
  }

  std::vector<HoldKey> Holds() const override {
    if (registration_ != nullptr) return registration_->Holds();
    std::vector<HoldKey> holds = {ResourceHold(resource_.resource_id), ResourceHold(NameOf(resource_))};
    for (const Association& each : resolved_) holds.push_back({SubjectHold(each.subject)});
    return holds;
  }

  WriteStep Decide() override {
    if (registration_ != nullptr) return Relay(registration_->Decide());
    std::vector<Record> records;
    const absl::Status status = Plan(&records);
    if (!status.ok() || records.empty() || request_.validate_only) return Conclude(status);
    return WriteStep::Append(std::move(records));
  }

  WriteStep AfterReadBack(const Position& position) override {
    if (registration_ != nullptr) return Relay(registration_->AfterReadBack(position));
    result_.position = position;
    result_.changed = true;
    return Conclude(absl::OkStatus());
  }

 private:
  // Everything that can be said before anything is written; then the next schema that is to be registered, if any.
  absl::Status PrepareResource() {
    resource_ = request_.resources[result_.associated.size()];
    if (absl::Status status = Complete(); !status.ok()) return status;
    resolved_.clear();
    std::set<std::string> types;
    for (const Wanted& wanted : resource_.associations) {
      auto association = Resolve(resource_, wanted);
      if (!association.ok()) return association.status();
      if (!types.insert(wanted.association_type).second) {
        return Invalid(absl::StrCat("Two associations of type '", wanted.association_type, "'."));
      }
      if (absl::Status status = CheckWritable(*domain_->state, association->subject); !status.ok()) return status;
      if (Imports(*domain_->state, *association)) {
        if (!wanted.guid.empty()) association->guid = wanted.guid;
        association->create_time_ms = wanted.create_time_ms;
      }
      if (association->create_time_ms == 0) association->create_time_ms = domain_->clock->WallMillis();
      resolved_.push_back(*std::move(association));
    }
    std::vector<Record> ignored;
    if (absl::Status status = Plan(&ignored); !status.ok()) return status;
    while (true) {
      if (registration_ == nullptr && !NextRegistration()) return absl::OkStatus();
      const auto answer = registration_->Prepare();
      if (!answer) return absl::OkStatus();
      if (absl::Status status = Registered(*answer); !status.ok()) return status;
    }
  }

  bool NextRegistration() {
    while (next_ < resolved_.size() && !resource_.associations[next_].schema) ++next_;
    if (next_ == resolved_.size()) return false;
    RegisterSchema registration;
    registration.subject = resolved_[next_].subject;
    registration.content = *resource_.associations[next_].schema;
    registration.normalize = resource_.associations[next_].normalize;
    registration.validate_only = request_.validate_only;
    registration_ = NewRegisterOperation(domain_, std::move(registration));
    return true;
  }

  absl::Status Registered(const WriteAnswer& answer) {
    registration_ = nullptr;
    ++next_;
    if (!answer.ok()) return answer.status();
    if (!answer->changed || request_.validate_only) return absl::OkStatus();
    result_.position = answer->position;
    result_.changed = true;
    return absl::OkStatus();
  }

  WriteStep Relay(WriteStep step) {
    if (step.kind != WriteStep::Kind::kAnswer) return step;
    const absl::Status status = Registered(step.answer);
    return status.ok() ? WriteStep::PrepareAgain() : Conclude(status);
  }

  WriteStep Conclude(const absl::Status& status) {
    result_.associated.push_back({status, status.ok() ? resolved_ : std::vector<Association>()});
    next_ = 0;
    registration_ = nullptr;
    return WriteStep::PrepareAgain();
  }

  // The name of a resource that is known by its id; that the two belong together.
  absl::Status Complete() {
    if (resource_.resource_id.empty()) return Invalid("A resource has a resourceId.");
    if (resource_.resource_type.empty()) return Invalid("A resource has a resourceType.");
    if (resource_.associations.empty()) return Invalid("There is no association in the request.");
    const Known by_id =
        domain_->state->Associations({.resource_id = resource_.resource_id, .resource_type = resource_.resource_type});
    if (resource_.resource_name.empty() && !by_id.empty()) {
      resource_.resource_name = by_id.front()->resource_name;
      resource_.resource_namespace = by_id.front()->resource_namespace;
    }
    if (resource_.resource_name.empty() && request_.existing == AssociateResources::Existing::kChange) {
      return MakeError(ErrorReason::kAssociationNotFound, absl::StrCat("No association of ", resource_.resource_type,
                                                                       " with id '", resource_.resource_id, "'."));
    }
    if (resource_.resource_name.empty()) return Invalid("A resource has a resourceName.");
    if (resource_.resource_namespace.empty() || resource_.resource_namespace == "-") {
      return Invalid("A resource has a resourceNamespace, other than '-', which stands for any.");
    }
    const Known by_name = domain_->state->Associations({.resource_name = resource_.resource_name,
                                                        .resource_namespace = resource_.resource_namespace,
                                                        .resource_type = resource_.resource_type});
    for (const Known* known : {&by_id, &by_name}) {
      for (const auto& each : *known) {
        if (each->resource_id == resource_.resource_id && each->resource_name == resource_.resource_name &&
            each->resource_namespace == resource_.resource_namespace) {
          continue;
        }
        return MakeError(
            ErrorReason::kResourceMismatch,
            absl::StrCat(NameOf(resource_), " has not the id '", resource_.resource_id, "': '", each->resource_name,
                         "' of namespace '", each->resource_namespace, "' has the id '", each->resource_id, "'."));
      }
    }
    return absl::OkStatus();
  }

  // What is to be written, by the state as it is. What is there already stays as it was made.
  absl::Status Plan(std::vector<Record>* records) {
    const State& state = *domain_->state;
    const Known known =
        state.Associations({.resource_id = resource_.resource_id, .resource_type = resource_.resource_type});
    std::set<std::string> types;
    for (const auto& each : known) types.insert(each->association_type);
    for (size_t i = 0; i < resolved_.size(); ++i) {
      Association& wanted = resolved_[i];
      types.insert(wanted.association_type);
      const Association* there = nullptr;
      for (const auto& each : known) {
        if (each->association_type == wanted.association_type) there = each.get();
      }
      if (there != nullptr && Same(*there, wanted)) {
        wanted = *there;
        continue;
      }
      if (absl::Status status = CheckReplaceable(there, wanted); !status.ok()) return status;
      if (absl::Status status = CheckSubject(wanted, resource_.associations[i].schema.has_value()); !status.ok()) {
        return status;
      }
      if (there != nullptr && there->subject != wanted.subject) {
        AppendTombstones(state, AssociationKey(*there), records);
      } else if (there != nullptr) {
        wanted.create_time_ms = there->create_time_ms;
      }
      records->push_back(EncodeRecord(AssociationKey(wanted), EncodeAssociation(wanted)));
    }
    if (types.size() > static_cast<size_t>(domain_->defaults.max_associations)) {
      return MakeError(ErrorReason::kTooManyAssociations,
                       absl::StrCat(NameOf(resource_), " would have ", types.size(), " associations; ",
                                    domain_->defaults.max_associations, " are allowed (regent.associations.max)."));
    }
    return absl::OkStatus();
  }

  // The GUID may be another registry's.
  static bool Same(const Association& a, const Association& b) {
    return a.subject == b.subject && a.lifecycle == b.lifecycle && a.frozen == b.frozen;
  }

  absl::Status CheckReplaceable(const Association* there, const Association& wanted) const {
    if (there == nullptr) return absl::OkStatus();
    const bool refuse = request_.existing == AssociateResources::Existing::kRefuse;
    if (!refuse && !there->frozen) return absl::OkStatus();
    return MakeError(refuse ? ErrorReason::kResourceAssociated : ErrorReason::kAssociationFrozen,
                     absl::StrCat(NameOf(resource_), refuse ? " has" : " has for good", " an association of type '",
                                  wanted.association_type, "', with subject '", there->subject.Qualified(), "'."),
                     {.subject = there->subject});
  }

  absl::Status CheckSubject(const Association& wanted, bool brings_schema) const {
    for (const auto& other : domain_->state->Associations({.subject = wanted.subject})) {
      if (OfResource(*other, resource_) && other->association_type == wanted.association_type) continue;
      if (wanted.lifecycle == Lifecycle::kWeak && other->lifecycle == Lifecycle::kWeak) continue;
      return MakeError(
          ErrorReason::kSubjectAssociated,
          absl::StrCat("Subject '", wanted.subject.Qualified(), "' is associated with ", other->resource_type, " '",
                       other->resource_name, "', and a strong association is with nobody else."),
          {.subject = wanted.subject});
    }
    const auto view = domain_->state->FindSubject(wanted.subject);
    if (brings_schema || (view != nullptr && view->AnyLive())) return absl::OkStatus();
    if (Imports(*domain_->state, wanted)) return absl::OkStatus();
    return MakeError(ErrorReason::kNoActiveVersion,
                     absl::StrCat("Subject '", wanted.subject.Qualified(),
                                  "' has no version that is not deleted, and the request brings no schema for it."),
                     {.subject = wanted.subject});
  }

  const WriteDomain* const domain_;
  const AssociateResources request_;
  WriteResult result_;
  // Of the resource at hand, the first one without an outcome:
  ResourceAssociations resource_;
  std::vector<Association> resolved_;  // one for each in resource_.associations
  size_t next_ = 0;                    // whose schema is the next to be registered
  std::unique_ptr<WriteOperation> registration_;
};

class DissociateOperation : public WriteOperation {
 public:
  DissociateOperation(const WriteDomain* domain, DissociateResource request)
      : domain_(domain), request_(std::move(request)) {}

  std::optional<WriteAnswer> Prepare() override {
    if (absl::Status status = Switched(*domain_); !status.ok()) return status;
    while (request_.cascade && !request_.validate_only) {
      if (deletion_ == nullptr && !NextDeletion()) break;
      const auto answer = deletion_->Prepare();
      if (!answer) break;
      if (absl::Status status = Deleted(*answer); !status.ok()) return status;
    }
    return std::nullopt;
  }

  std::vector<HoldKey> Holds() const override {
    if (deletion_ != nullptr) return deletion_->Holds();
    std::vector<HoldKey> holds = {ResourceHold(request_.resource_id)};
    for (const auto& each : Meant()) holds.push_back({SubjectHold(each->subject)});
    return holds;
  }

  WriteStep Decide() override {
    if (deletion_ != nullptr) return Relay(deletion_->Decide());
    const Known meant = Meant();
    if (meant.empty()) {
      return WriteStep::Answer(MakeError(ErrorReason::kAssociationNotFound,
                                         absl::StrCat("No association of the resource '", request_.resource_id, "'.")));
    }
    std::vector<Record> records;
    for (const auto& each : meant) {
      if (absl::Status status = CheckWritable(*domain_->state, each->subject); !status.ok()) {
        return WriteStep::Answer(status);
      }
      AppendTombstones(*domain_->state, AssociationKey(*each), &records);
    }
    result_.position = {domain_->log_id, domain_->state->applied()};
    if (request_.validate_only) return WriteStep::Answer(result_);
    return WriteStep::Append(std::move(records));
  }

  WriteStep AfterReadBack(const Position& position) override {
    if (deletion_ != nullptr) return Relay(deletion_->AfterReadBack(position));
    result_.position = position;
    result_.changed = true;
    return WriteStep::Answer(result_);
  }

 private:
  Known Meant() const {
    Known meant =
        domain_->state->Associations({.resource_id = request_.resource_id, .resource_type = request_.resource_type});
    std::erase_if(meant, [&](const auto& each) {
      return !request_.association_types.empty() && !request_.association_types.contains(each->association_type);
    });
    return meant;
  }

  // Subjects first: where one must stay, its association does too.
  bool NextDeletion() {
    for (const auto& each : Meant()) {
      if (each->lifecycle != Lifecycle::kStrong) continue;
      const auto view = domain_->state->FindSubject(each->subject);
      if (view == nullptr || !view->AnyLive()) continue;
      deletion_ = NewDeleteSubjectOperation(domain_, {each->subject, DeleteKind::kSoft}, Associated::kGoes);
      return true;
    }
    return false;
  }

  absl::Status Deleted(const WriteAnswer& answer) {
    deletion_ = nullptr;
    return answer.status();
  }

  WriteStep Relay(WriteStep step) {
    if (step.kind != WriteStep::Kind::kAnswer) return step;
    const absl::Status status = Deleted(step.answer);
    return status.ok() ? WriteStep::PrepareAgain() : WriteStep::Answer(status);
  }

  const WriteDomain* const domain_;
  const DissociateResource request_;
  std::unique_ptr<WriteOperation> deletion_;
  WriteResult result_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewAssociateOperation(const WriteDomain* domain, AssociateResources request) {
  return std::make_unique<AssociateOperation>(domain, std::move(request));
}

std::unique_ptr<WriteOperation> NewDissociateOperation(const WriteDomain* domain, DissociateResource request) {
  return std::make_unique<DissociateOperation>(domain, std::move(request));
}

}  // namespace regent
