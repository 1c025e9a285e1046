#include "client/registry_client.h"

#include "base/error_reason.h"

namespace regent::client {
namespace {

// Asking on would never end.
absl::Status SamePageTwice() { return MakeError(ErrorReason::kInternal, "the server answered the same page twice"); }

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
  while (true) {
    const absl::StatusOr<SubjectPage> page = connection_->ListSubjects(options_, request);
    if (!page.ok()) return page.status();
    for (const Subject& subject : page->subjects) {
      if (!visit(subject)) return absl::OkStatus();
    }
    if (page->next_page_token.empty()) return absl::OkStatus();
    if (page->next_page_token == request.page_token) return SamePageTwice();
    request.page_token = page->next_page_token;
  }
}

absl::StatusOr<std::vector<VersionSummary>> RegistryClient::ListVersions(ListVersionsRequest request) const {
  std::vector<VersionSummary> versions;
  while (true) {
    const absl::StatusOr<VersionPage> page = connection_->ListVersions(options_, request);
    if (!page.ok()) return page.status();
    versions.insert(versions.end(), page->versions.begin(), page->versions.end());
    if (page->next_page_token.empty()) return versions;
    if (page->next_page_token == request.page_token) return SamePageTwice();
    request.page_token = page->next_page_token;
  }
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

}  // namespace regent::client
