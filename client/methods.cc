#include "client/methods.h"

#include <cstddef>

namespace regent::client {
namespace {

constexpr std::string_view kRegistry = "regent.v1.SchemaRegistry";
constexpr std::string_view kAdmin = "regent.v1.SubjectAdmin";

}  // namespace

const std::vector<MethodRow>& MethodTable() {
  static const auto* const table = new std::vector<MethodRow>{
      {Method::kRegisterSchema, kRegistry, "RegisterSchema", CallKind::kRepeatableWrite},
      {Method::kLookupSchema, kRegistry, "LookupSchema", CallKind::kRead},
      {Method::kGetSchema, kRegistry, "GetSchema", CallKind::kRead},
      {Method::kGetSchemaVersion, kRegistry, "GetSchemaVersion", CallKind::kRead},
      {Method::kCheckCompatibility, kRegistry, "CheckCompatibility", CallKind::kRead},
      {Method::kListSubjects, kRegistry, "ListSubjects", CallKind::kRead},
      {Method::kListVersions, kRegistry, "ListVersions", CallKind::kRead},
      {Method::kDeleteVersion, kAdmin, "DeleteVersion", CallKind::kWrite},
      {Method::kDeleteSubject, kAdmin, "DeleteSubject", CallKind::kWrite},
      {Method::kGetConfig, kAdmin, "GetConfig", CallKind::kRead},
      {Method::kUpdateConfig, kAdmin, "UpdateConfig", CallKind::kRepeatableWrite},
      {Method::kDeleteConfig, kAdmin, "DeleteConfig", CallKind::kWrite},
      {Method::kBatchRegisterSchemas, kRegistry, "BatchRegisterSchemas", CallKind::kRepeatableWrite},
      {Method::kFindLatestVersion, kRegistry, "FindLatestVersion", CallKind::kRead},
      {Method::kListSchemas, kRegistry, "ListSchemas", CallKind::kRead},
      {Method::kListReferrers, kRegistry, "ListReferrers", CallKind::kRead},
      {Method::kListSchemaUses, kRegistry, "ListSchemaUses", CallKind::kRead},
      {Method::kUndeleteVersion, kAdmin, "UndeleteVersion", CallKind::kRepeatableWrite},
      {Method::kUndeleteSubject, kAdmin, "UndeleteSubject", CallKind::kRepeatableWrite},
      {Method::kPurgeVersion, kAdmin, "PurgeVersion", CallKind::kWrite},
      {Method::kPurgeSubject, kAdmin, "PurgeSubject", CallKind::kWrite},
      {Method::kGetMode, kAdmin, "GetMode", CallKind::kRead},
      {Method::kUpdateMode, kAdmin, "UpdateMode", CallKind::kRepeatableWrite},
      {Method::kDeleteMode, kAdmin, "DeleteMode", CallKind::kWrite},
      {Method::kListContexts, kAdmin, "ListContexts", CallKind::kRead},
      {Method::kDeleteContext, kAdmin, "DeleteContext", CallKind::kWrite},
      {Method::kListAssociations, kAdmin, "ListAssociations", CallKind::kRead},
      {Method::kAssociateResource, kAdmin, "AssociateResource", CallKind::kRepeatableWrite},
      {Method::kDissociateResource, kAdmin, "DissociateResource", CallKind::kWrite},
  };
  return *table;
}

CallKind KindOf(Method method) { return MethodTable()[static_cast<size_t>(method)].kind; }

}  // namespace regent::client
