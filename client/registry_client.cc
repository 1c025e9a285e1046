#include "client/registry_client.h"

#include <algorithm>

#include "base/error_reason.h"

namespace regent::client {
namespace {

// Asking on would never end.
absl::Status SamePageTwice() { return MakeError(ErrorReason::kInternal, "the server answered the same page twice"); }

// Asks for page after page until the last, or until `take` returns false.
template <typename Request, typename Ask, typename Take>
absl::Status ForEachPage(Request* request, Ask ask, Take take) {
  while (true) {
    const auto page = ask();
    if (!page.ok()) return page.status();
    if (!take(*page) || page->next_page_token.empty()) return absl::OkStatus();
    if (page->next_page_token == request->page_token) return SamePageTwice();
    request->page_token = page->next_page_token;
  }
}

template <typename Item>
bool VisitAll(const std::vector<Item>& items, const std::function<bool(const Item&)>& visit) {
  return std::all_of(items.begin(), items.end(), visit);
}

}  // namespace

absl::StatusOr<RegisterSchemaResult> RegistryClient::Register(const Subject& subject, const SchemaContent& content,
                                                              RegisterOptions options) const {
  return connection_->RegisterSchema(
      options_,
      {.subject = subject, .content = content, .normalize = options.normalize, .validate_only = options.validate_only});
}

absl::StatusOr<SchemaVersion> RegistryClient::Lookup(const Subject& subject, const SchemaContent& content) const {
  return Lookup({.subject = subject, .content = content});
}

absl::StatusOr<SchemaVersion> RegistryClient::Lookup(const LookupSchemaRequest& request) const {
  return connection_->LookupSchema(options_, request);
}

absl::StatusOr<StoredSchemaPtr> RegistryClient::GetSchema(SchemaId id, std::string_view context) const {
  return connection_->GetSchema(options_, {SchemaIdInContext{id, std::string(context)}});
}

absl::StatusOr<StoredSchemaPtr> RegistryClient::GetSchema(const ContentHash& guid) const {
  return connection_->GetSchema(options_, {guid});
}

absl::StatusOr<SchemaVersion> RegistryClient::GetVersion(const Subject& subject, Version version) const {
  return connection_->GetSchemaVersion(options_, {.subject = subject, .version = version});
}

absl::StatusOr<SchemaVersion> RegistryClient::GetLatest(const Subject& subject) const {
  return connection_->GetSchemaVersion(options_, {.subject = subject});
}

absl::StatusOr<SchemaVersion> RegistryClient::GetVersion(const GetSchemaVersionRequest& request) const {
  return connection_->GetSchemaVersion(options_, request);
}

absl::StatusOr<CompatibilityReport> RegistryClient::Check(const CheckCompatibilityRequest& request) const {
  return connection_->CheckCompatibility(options_, request);
}

absl::Status RegistryClient::ForEachSubject(ListSubjectsRequest request,
                                            const std::function<bool(const Subject&)>& visit) const {
  return ForEachPage(
      &request, [&] { return connection_->ListSubjects(options_, request); },
      [&](const SubjectPage& page) { return VisitAll(page.subjects, visit); });
}

absl::Status RegistryClient::ForEachSchema(ListSchemasRequest request,
                                           const std::function<bool(const SchemaVersion&)>& visit) const {
  return ForEachPage(
      &request, [&] { return connection_->ListSchemas(options_, request); },
      [&](const SchemaPage& page) { return VisitAll(page.versions, visit); });
}

absl::StatusOr<std::vector<VersionSummary>> RegistryClient::ListVersions(ListVersionsRequest request) const {
  std::vector<VersionSummary> versions;
  const absl::Status status = ForEachPage(
      &request, [&] { return connection_->ListVersions(options_, request); },
      [&](const VersionPage& page) {
        versions.insert(versions.end(), page.versions.begin(), page.versions.end());
        return true;
      });
  if (!status.ok()) return status;
  return versions;
}

absl::StatusOr<DeleteResult> RegistryClient::DeleteVersion(const DeleteVersionRequest& request) const {
  return connection_->DeleteVersion(options_, request);
}

absl::StatusOr<DeleteResult> RegistryClient::DeleteSubject(const DeleteSubjectRequest& request) const {
  return connection_->DeleteSubject(options_, request);
}

absl::StatusOr<SubjectConfig> RegistryClient::GetConfig(const GetConfigRequest& request) const {
  return connection_->GetConfig(options_, request);
}

absl::StatusOr<ConfigResult> RegistryClient::UpdateConfig(const UpdateConfigRequest& request) const {
  return connection_->UpdateConfig(options_, request);
}

absl::StatusOr<ConfigResult> RegistryClient::DeleteConfig(const DeleteConfigRequest& request) const {
  return connection_->DeleteConfig(options_, request);
}

absl::StatusOr<BatchRegisterResult> RegistryClient::RegisterBatch(const BatchRegisterRequest& request) const {
  return connection_->BatchRegisterSchemas(options_, request);
}

absl::StatusOr<SchemaVersion> RegistryClient::FindLatest(const FindLatestVersionRequest& request) const {
  return connection_->FindLatestVersion(options_, request);
}

absl::StatusOr<std::vector<SchemaUse>> RegistryClient::ListReferrers(const ListReferrersRequest& request) const {
  return connection_->ListReferrers(options_, request);
}

absl::StatusOr<std::vector<SchemaUse>> RegistryClient::ListSchemaUses(const ListSchemaUsesRequest& request) const {
  return connection_->ListSchemaUses(options_, request);
}

absl::StatusOr<DeleteResult> RegistryClient::UndeleteVersion(const UndeleteVersionRequest& request) const {
  return connection_->UndeleteVersion(options_, request);
}

absl::StatusOr<DeleteResult> RegistryClient::UndeleteSubject(const UndeleteSubjectRequest& request) const {
  return connection_->UndeleteSubject(options_, request);
}

absl::StatusOr<DeleteResult> RegistryClient::PurgeVersion(const PurgeVersionRequest& request) const {
  return connection_->PurgeVersion(options_, request);
}

absl::StatusOr<DeleteResult> RegistryClient::PurgeSubject(const PurgeSubjectRequest& request) const {
  return connection_->PurgeSubject(options_, request);
}

absl::StatusOr<Mode> RegistryClient::GetMode(const GetModeRequest& request) const {
  return connection_->GetMode(options_, request);
}

absl::StatusOr<ModeResult> RegistryClient::UpdateMode(const UpdateModeRequest& request) const {
  return connection_->UpdateMode(options_, request);
}

absl::StatusOr<ModeResult> RegistryClient::DeleteMode(const DeleteModeRequest& request) const {
  return connection_->DeleteMode(options_, request);
}

absl::StatusOr<std::unique_ptr<ChangeStream>> RegistryClient::Watch(const WatchRequest& request) const {
  return connection_->Watch(options_, request);
}

absl::StatusOr<std::vector<std::string>> RegistryClient::ListContexts() const {
  auto contexts = connection_->ListContexts(options_);
  if (!contexts.ok()) return contexts.status();
  return std::move(contexts->names);
}

absl::StatusOr<std::map<std::string, SchemaId>> RegistryClient::HighestIds() const {
  auto contexts = connection_->ListContexts(options_);
  if (!contexts.ok()) return contexts.status();
  return std::move(contexts->highest_ids);
}

absl::StatusOr<WriteResult> RegistryClient::DeleteContext(const std::string& context) const {
  return connection_->DeleteContext(options_, {.context = context});
}

absl::StatusOr<std::vector<Association>> RegistryClient::ListAssociations(
    const ListAssociationsRequest& request) const {
  return connection_->ListAssociations(options_, request);
}

absl::StatusOr<AssociateResourceResult> RegistryClient::AssociateResource(
    const AssociateResourceRequest& request) const {
  return connection_->AssociateResource(options_, request);
}

absl::StatusOr<WriteResult> RegistryClient::DissociateResource(const DissociateResourceRequest& request) const {
  return connection_->DissociateResource(options_, request);
}

}  // namespace regent::client
