// The methods of the API that answer once, and whether a call of each may be made twice: what
// proto/regent/v1/service_config.json says, to which a test holds this table.
#pragma once

#include <string_view>
#include <vector>

#include "client/failover.h"

namespace regent::client {

enum class Method {
  kRegisterSchema,
  kLookupSchema,
  kGetSchema,
  kGetSchemaVersion,
  kCheckCompatibility,
  kListSubjects,
  kListVersions,
  kDeleteVersion,
  kDeleteSubject,
  kGetConfig,
  kUpdateConfig,
  kDeleteConfig,
  kBatchRegisterSchemas,
  kFindLatestVersion,
  kListSchemas,
  kListReferrers,
  kListSchemaUses,
  kUndeleteVersion,
  kUndeleteSubject,
  kPurgeVersion,
  kPurgeSubject,
  kGetMode,
  kUpdateMode,
  kDeleteMode,
  kListContexts,
  kDeleteContext,
  kListAssociations,
  kAssociateResource,
  kDissociateResource,
};

struct MethodRow {
  Method method;
  std::string_view service;  // regent.v1.SchemaRegistry
  std::string_view name;     // RegisterSchema
  CallKind kind;
};

// Whole, in the order of the enum.
const std::vector<MethodRow>& MethodTable();
CallKind KindOf(Method method);

}  // namespace regent::client
