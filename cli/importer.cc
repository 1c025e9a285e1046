#include "cli/importer.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/content_hash.h"
#include "base/error_reason.h"
#include "cli/parallel.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/subject_words.h"

namespace regent::cli {
namespace {

// What one call carries; and how many calls wait for the log at the same time.
constexpr size_t kBatchItems = 250;
constexpr size_t kBatchBytes = 1u << 20;
constexpr size_t kBatchesAtOnce = 4;
constexpr size_t kCallsAtOnce = 16;
constexpr size_t kConflictsMax = 100;

// The subject that marks a context, for a moment.
constexpr char kMark[] = "regent-import-mark";

SchemaContent MarkOf(SchemaId id) {
  // Like no other schema's text: a content has one id.
  return {.text =
              absl::StrCat(R"({"type":"record","name":"RegentImportMark","doc":")", id.value(), R"(","fields":[]})")};
}

std::string PlaceOf(const ImportItem& item) {
  return absl::StrCat(ToText(item.subject), " version ", item.version.value());
}

bool IsMark(const client::SchemaVersion& version) {
  return version.subject.name == kMark &&
         version.stored->hash == HashOf(MarkOf(version.stored->id), version.subject.context);
}

// The same error, but saying of what.
absl::Status Of(std::string_view what, const absl::Status& status) {
  return MakeError(ReasonOf(status), absl::StrCat(std::string(what), ": ", std::string(status.message())),
                   DetailOf(status));
}

// Sets what the configuration sets and clears what it does not.
client::UpdateConfigRequest Replacing(const DumpConfig& entry) {
  using client::ConfigField;
  client::UpdateConfigRequest request{.target = entry.target, .config = entry.config};
  const SubjectConfig& config = entry.config;
  const auto clear = [&](bool set, ConfigField field) {
    if (!set) request.clear.insert(field);
  };
  clear(config.level.has_value(), ConfigField::kLevel);
  clear(config.policy.has_value(), ConfigField::kPolicy);
  clear(config.normalize.has_value(), ConfigField::kNormalize);
  clear(config.validate_fields.has_value(), ConfigField::kValidateFields);
  clear(config.validate_new_schemas.has_value(), ConfigField::kValidateNewSchemas);
  clear(config.validate_rules.has_value(), ConfigField::kValidateRules);
  clear(config.alias.has_value(), ConfigField::kAlias);
  clear(config.alias_for_deks.has_value(), ConfigField::kAliasForDeks);
  clear(config.compatibility_group.has_value(), ConfigField::kCompatibilityGroup);
  clear(config.default_metadata.has_value(), ConfigField::kDefaultMetadata);
  clear(config.override_metadata.has_value(), ConfigField::kOverrideMetadata);
  clear(config.default_rule_set.has_value(), ConfigField::kDefaultRuleSet);
  clear(config.override_rule_set.has_value(), ConfigField::kOverrideRuleSet);
  return request;
}

void Ignore(size_t) {}

}  // namespace

void Importer::Conflict(std::string line) {
  if (conflicts_.size() < kConflictsMax) conflicts_.push_back(std::move(line));
}

absl::Status Importer::GoOn() const {
  return stopped_() ? absl::CancelledError("the import was interrupted") : absl::OkStatus();
}

absl::Status Importer::Check() {
  const auto compare = [&](const client::SchemaVersion& there) {
    if (IsMark(there)) marks_left_.insert(there.subject.context);
    const auto found = plan_->index.find({there.subject, there.version});
    if (found == plan_->index.end()) return true;
    const ImportItem& item = plan_->items[found->second];
    // The source did not say what the content is: the registry compares when it is sent again.
    if (!item.guid && there.stored->id == item.id) return true;
    if (there.stored->id != item.id || there.stored->hash != *item.guid) {
      Conflict(absl::StrCat(PlaceOf(item), " is there with id ", there.stored->id.value(), " and GUID ",
                            there.stored->hash.ToGuid(), "; the dump has id ", item.id.value(),
                            item.guid ? absl::StrCat(" and GUID ", item.guid->ToGuid()) : ""));
    } else if (there.deleted && !item.deleted) {
      Conflict(absl::StrCat(PlaceOf(item), " is deleted there, and in use in the dump"));
    }
    present_[found->second] = there.deleted || !item.deleted ? Present::kSame : Present::kSameButLive;
    return true;
  };
  const absl::Status listed = client_->ForEachSchema({.deleted = client::Deleted::kInclude}, compare);
  if (!listed.ok()) return listed;
  if (absl::Status status = CheckContexts(); !status.ok()) return status;
  if (absl::Status status = CheckAssociations(); !status.ok()) return status;
  return CheckConfigs();
}

absl::Status Importer::CheckContexts() {
  if (plan_->contexts.empty()) return absl::OkStatus();
  const auto names = client_->ListContexts();
  if (!names.ok()) return names.status();
  const auto highest = client_->HighestIds();
  if (!highest.ok()) return highest.status();
  // Those of versions come with them.
  std::map<std::string, SchemaId> own = *highest;
  std::set<std::string> there(names->begin(), names->end());
  for (const ImportItem& item : plan_->items) {
    SchemaId& id = own[item.subject.context];
    id = std::max(id, item.id);
    there.insert(item.subject.context);
  }
  for (size_t i = 0; i < plan_->contexts.size(); ++i) {
    const DumpContext& context = plan_->contexts[i];
    // A subject of this name that somebody made is not to be touched.
    if (plan_->index.count({Subject(context.context, kMark), Version(1)}) > 0) continue;
    const auto found = own.find(context.context);
    const SchemaId id = found == own.end() ? SchemaId() : found->second;
    if (there.count(context.context) == 0 || id < context.highest_id) contexts_to_mark_.push_back(i);
  }
  return absl::OkStatus();
}

absl::Status Importer::CheckAssociations() {
  if (plan_->associations.empty()) return absl::OkStatus();
  const auto associations = client_->ListAssociations();
  if (!associations.ok()) return associations.status();
  using Place = std::tuple<std::string, std::string, std::string>;
  const auto place_of = [](const Association& of) {
    return Place(of.resource_id, of.resource_type, of.association_type);
  };
  std::map<Place, const Association*> there;
  for (const Association& each : *associations) there[place_of(each)] = &each;
  for (size_t i = 0; i < plan_->associations.size(); ++i) {
    const Association& wanted = plan_->associations[i].association;
    const auto found = there.find(place_of(wanted));
    if (found == there.end()) {
      associations_to_make_.push_back(i);
    } else if (found->second->subject != wanted.subject || found->second->lifecycle != wanted.lifecycle) {
      Conflict(absl::StrCat("the ", Printable(wanted.association_type), " association of ",
                            Printable(wanted.resource_type), " ", Printable(wanted.resource_name),
                            " is there and different"));
    }
  }
  return absl::OkStatus();
}

absl::Status Importer::CheckConfigs() {
  Mutex mutex;
  const auto check = [&](size_t i) -> absl::Status {
    const DumpConfig& wanted = plan_->configs[i];
    const auto own = client_->GetConfig({.target = wanted.target});
    const bool none = ReasonOf(own.status()) == ErrorReason::kConfigNotFound;
    if (!own.ok() && !none) return own.status();
    if (own.ok() && *own == wanted.config) return absl::OkStatus();
    MutexLock lock(&mutex);
    configs_to_set_.push_back(i);
    // What everybody inherits is always there in some way: the dump's takes its place.
    if (own.ok() && wanted.target) {
      Conflict(absl::StrCat(DescribeTarget("configuration", wanted.target), " is there and different"));
    }
    return absl::OkStatus();
  };
  return RunParallel(plan_->configs.size(), kCallsAtOnce, check, Ignore);
}

std::set<client::ConfigTarget> Importer::Places() const {
  std::set<client::ConfigTarget> places = {std::nullopt};
  const auto add = [&](const Subject& subject) {
    if (subject.context != kDefaultContext) places.insert(Subject(subject.context, ""));
  };
  for (const ImportItem& item : plan_->items) add(item.subject);
  for (const size_t i : contexts_to_mark_) add(Subject(plan_->contexts[i].context, ""));
  for (const size_t i : associations_to_make_) add(plan_->associations[i].association.subject);
  for (const DumpConfig& config : plan_->configs) {
    if (config.target) add(*config.target);
  }
  return places;
}

ImportCounts Importer::Missing() const {
  ImportCounts missing;
  for (size_t i = 0; i < present_.size(); ++i) {
    if (present_[i] == Present::kNo) ++missing.registered;
    if (present_[i] == Present::kSame) ++missing.present;
    if (present_[i] != Present::kSame && plan_->items[i].deleted) ++missing.deleted;
  }
  missing.configs = static_cast<int64_t>(configs_to_set_.size());
  missing.modes = static_cast<int64_t>(plan_->modes.size());
  missing.contexts = static_cast<int64_t>(contexts_to_mark_.size());
  missing.associations = static_cast<int64_t>(associations_to_make_.size());
  return missing;
}

absl::Status Importer::Run(const Told& told) {
  const ImportCounts missing = Missing();
  counts_.present = static_cast<int64_t>(plan_->items.size()) - missing.registered;
  const auto left = static_cast<int64_t>(marks_left_.size());
  if (missing.registered + missing.deleted + missing.configs + missing.contexts + missing.associations + left > 0) {
    for (const client::ConfigTarget& place : Places()) {
      const auto mode = client_->UpdateMode({.target = place, .mode = Mode::kImport, .force = true});
      if (!mode.ok()) return Of(DescribeTarget("mode", place), mode.status());
    }
  }
  std::vector<std::vector<size_t>> levels(plan_->levels);
  for (size_t i = 0; i < plan_->items.size(); ++i) levels[plan_->items[i].level].push_back(i);
  const auto pick = [&](const std::vector<size_t>& level, const auto& wanted) {
    std::vector<size_t> picked;
    std::copy_if(level.begin(), level.end(), std::back_inserter(picked), wanted);
    return picked;
  };
  for (const std::vector<size_t>& level : levels) {
    const auto absent = pick(level, [&](size_t i) { return present_[i] == Present::kNo; });
    if (absl::Status status = RegisterLevel(absent, told); !status.ok()) return status;
    const auto early =
        pick(level, [&](size_t i) { return present_[i] != Present::kSame && plan_->items[i].deleted_early; });
    if (absl::Status status = Delete(early); !status.ok()) return status;
  }
  // Those that refer first, or what they refer to could not be deleted.
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    const auto late = pick(*level, [&](size_t i) {
      return present_[i] != Present::kSame && plan_->items[i].deleted && !plan_->items[i].deleted_early;
    });
    if (absl::Status status = Delete(late); !status.ok()) return status;
  }
  if (absl::Status status = MarkContexts(); !status.ok()) return status;
  if (absl::Status status = Associate(); !status.ok()) return status;
  // An alias would lead registrations elsewhere, and some modes forbid them: so these come last.
  if (absl::Status status = Configure(); !status.ok()) return status;
  return SetModes();
}

absl::Status Importer::RegisterLevel(const std::vector<size_t>& items, const Told& told) {
  std::vector<std::vector<size_t>> batches;
  size_t bytes = 0;
  for (const size_t i : items) {
    const size_t size = plan_->items[i].size;
    if (batches.empty() || batches.back().size() == kBatchItems || bytes + size > kBatchBytes) {
      batches.emplace_back();
      bytes = 0;
    }
    batches.back().push_back(i);
    bytes += size;
  }
  std::atomic<int64_t> registered{counts_.registered};
  const absl::Status status = RunParallel(
      batches.size(), kBatchesAtOnce,
      [&](size_t batch) {
        const absl::Status done = RegisterBatch(batches[batch]);
        if (done.ok()) registered += static_cast<int64_t>(batches[batch].size());
        return done;
      },
      [&](size_t) { told(counts_.present + registered); });
  counts_.registered = registered;
  return status;
}

absl::Status Importer::RegisterBatch(const std::vector<size_t>& items) {
  if (absl::Status status = GoOn(); !status.ok()) return status;
  client::BatchRegisterRequest request;
  for (const size_t i : items) {
    absl::StatusOr<DumpSchema> schema = absl::UnknownError("");
    {
      MutexLock lock(&dump_mutex_);
      schema = ReadItem(*dump_, plan_->items[i]);
    }
    if (!schema.ok()) return Of(PlaceOf(plan_->items[i]), schema.status());
    request.requests.push_back({.subject = schema->subject,
                                .content = std::move(schema->content),
                                .version = schema->version,
                                .id = schema->id});
  }
  const auto results = client_->RegisterBatch(request);
  if (!results.ok()) return results.status();
  for (size_t i = 0; i < items.size(); ++i) {
    if (absl::Status status = CheckOutcome(plan_->items[items[i]], (*results)[i]); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Importer::CheckOutcome(const ImportItem& item,
                                    const absl::StatusOr<client::RegisterSchemaResult>& result) const {
  if (!result.ok()) return Of(PlaceOf(item), result.status());
  const client::SchemaVersion& registered = result->registered;
  if (registered.subject != item.subject || registered.version != item.version || registered.stored->id != item.id) {
    return Of(PlaceOf(item), MakeError(ErrorReason::kIdMismatch, absl::StrCat("it became ", PlaceToText(registered),
                                                                              ", and not id ", item.id.value())));
  }
  if (item.guid && registered.stored->hash != *item.guid) {
    return Of(PlaceOf(item),
              MakeError(ErrorReason::kIdMismatch,
                        absl::StrCat("the registry reads another content in it: GUID ",
                                     registered.stored->hash.ToGuid(), ", and not ", item.guid->ToGuid())));
  }
  return absl::OkStatus();
}

absl::Status Importer::Delete(const std::vector<size_t>& items) {
  const auto erase = [&](size_t i) -> absl::Status {
    if (absl::Status status = GoOn(); !status.ok()) return status;
    const ImportItem& item = plan_->items[items[i]];
    const auto answer = client_->DeleteVersion({.subject = item.subject, .version = item.version});
    // A repeated call finds it done.
    if (answer.ok() || ReasonOf(answer.status()) == ErrorReason::kVersionSoftDeleted) return absl::OkStatus();
    return Of(PlaceOf(item) + " could not be deleted", answer.status());
  };
  const absl::Status status = RunParallel(items.size(), kCallsAtOnce, erase, Ignore);
  if (status.ok()) counts_.deleted += static_cast<int64_t>(items.size());
  return status;
}

absl::Status Importer::RemoveMark(const std::string& context) {
  const auto purged = client_->PurgeSubject({.subject = Subject(context, kMark), .allow_active = true});
  // A repeated call finds it done.
  if (purged.ok() || ReasonOf(purged.status()) == ErrorReason::kSubjectNotFound) return absl::OkStatus();
  return Of(ToText(Subject(context, kMark)), purged.status());
}

absl::Status Importer::MarkContexts() {
  for (const std::string& context : marks_left_) {
    if (absl::Status status = RemoveMark(context); !status.ok()) return status;
  }
  for (const size_t i : contexts_to_mark_) {
    const DumpContext& context = plan_->contexts[i];
    if (absl::Status status = GoOn(); !status.ok()) return status;
    // No context comes to be without an id.
    const SchemaId id = std::max(context.highest_id, SchemaId(1));
    client::BatchRegisterRequest request;
    request.requests.push_back(
        {.subject = Subject(context.context, kMark), .content = MarkOf(id), .version = Version(1), .id = id});
    const auto marked = client_->RegisterBatch(request);
    if (!marked.ok()) return Of("context " + Printable(context.context), marked.status());
    if (!marked->at(0).ok()) return Of("context " + Printable(context.context), marked->at(0).status());
    if (absl::Status status = RemoveMark(context.context); !status.ok()) return status;
  }
  counts_.contexts = static_cast<int64_t>(contexts_to_mark_.size());
  return absl::OkStatus();
}

absl::Status Importer::Associate() {
  const auto associate = [&](size_t i) -> absl::Status {
    if (absl::Status status = GoOn(); !status.ok()) return status;
    const Association& association = plan_->associations[associations_to_make_[i]].association;
    const auto made = client_->AssociateResource({.association = association});
    return made.ok() ? absl::OkStatus()
                     : Of(absl::StrCat("association of ", Printable(association.resource_type), " ",
                                       Printable(association.resource_name)),
                          made.status());
  };
  const absl::Status status = RunParallel(associations_to_make_.size(), kCallsAtOnce, associate, Ignore);
  if (status.ok()) counts_.associations = static_cast<int64_t>(associations_to_make_.size());
  return status;
}

absl::Status Importer::Configure() {
  const auto set = [&](size_t i) -> absl::Status {
    if (absl::Status status = GoOn(); !status.ok()) return status;
    const DumpConfig& config = plan_->configs[configs_to_set_[i]];
    const auto answer = client_->UpdateConfig(Replacing(config));
    return answer.ok() ? absl::OkStatus() : Of(DescribeTarget("configuration", config.target), answer.status());
  };
  const absl::Status status = RunParallel(configs_to_set_.size(), kCallsAtOnce, set, Ignore);
  if (status.ok()) counts_.configs = static_cast<int64_t>(configs_to_set_.size());
  return status;
}

absl::Status Importer::SetModes() {
  std::set<client::ConfigTarget> unset = Places();
  std::vector<const DumpMode*> inner;
  std::vector<const DumpMode*> outer;  // of contexts and of everything: they may forbid the others
  for (const DumpMode& mode : plan_->modes) {
    unset.erase(mode.target);
    (mode.target && !mode.target->name.empty() ? inner : outer).push_back(&mode);
  }
  const auto set = [&](const DumpMode& mode) -> absl::Status {
    if (absl::Status status = GoOn(); !status.ok()) return status;
    const auto answer = client_->UpdateMode({.target = mode.target, .mode = mode.mode, .force = true});
    return answer.ok() ? absl::OkStatus() : Of(DescribeTarget("mode", mode.target), answer.status());
  };
  absl::Status status = RunParallel(
      inner.size(), kCallsAtOnce, [&](size_t i) { return set(*inner[i]); }, Ignore);
  for (size_t i = 0; i < outer.size() && status.ok(); ++i) status = set(*outer[i]);
  if (!status.ok()) return status;
  counts_.modes = static_cast<int64_t>(plan_->modes.size());
  // Ours, or that of an import that was cut short.
  for (const client::ConfigTarget& place : unset) {
    const auto mode = client_->GetMode({.target = place});
    if (ReasonOf(mode.status()) == ErrorReason::kModeNotFound) continue;
    if (!mode.ok()) return Of(DescribeTarget("mode", place), mode.status());
    if (*mode != Mode::kImport) continue;
    const auto deleted = client_->DeleteMode({.target = place});
    if (!deleted.ok()) return Of(DescribeTarget("mode", place), deleted.status());
  }
  return absl::OkStatus();
}

}  // namespace regent::cli
