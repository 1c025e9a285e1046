// Between the protos and the structs of base and of registry_types.h, one way for requests and the other for answers.
//
// What a server sends is not trusted to be whole: an answer that lacks what the API promises is an INTERNAL error that
// names the missing field, never a crash.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "client/registry_types.h"
#include "regent/v1/association.pb.h"
#include "regent/v1/compatibility.pb.h"
#include "regent/v1/config.pb.h"
#include "regent/v1/options.pb.h"
#include "regent/v1/schema.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject.pb.h"
#include "regent/v1/watch.pb.h"

namespace regent::client {

void ToProto(const Subject& subject, v1::SubjectRef* proto);
void ToProto(const SchemaContent& content, v1::Schema* proto);
void ToProto(const ConfigTarget& target, v1::ConfigTarget* proto);
// Only the fields that are set.
void ToProto(const SubjectConfig& config, v1::SubjectConfig* proto);
void ToProto(const Position& position, v1::Position* proto);
v1::DeletedFilter ToProto(Deleted deleted);
v1::CompatibilityLevel ToProto(CompatibilityLevel level);
v1::Mode ToProto(Mode mode);
v1::AssociationLifecycle ToProto(Lifecycle lifecycle);
// `frozen` follows from the lifecycle.
void ToProto(const Association& association, v1::Association* proto);

Subject FromProto(const v1::SubjectRef& proto);
Position FromProto(const v1::Position& proto);
WriteResult FromProto(const v1::WriteResult& proto);
CompatibilityReport FromProto(const v1::CompatibilityReport& proto);
SubjectConfig FromProto(const v1::SubjectConfig& proto);
ConfigTarget FromProto(const v1::ConfigTarget& proto);
// Nothing for what is no mode, or none that this client knows.
std::optional<Mode> FromProto(v1::Mode mode);
SchemaUse FromProto(const v1::SchemaUse& proto);
Association FromProto(const v1::Association& proto);
absl::StatusOr<StoredSchemaPtr> FromProto(const v1::StoredSchema& proto);
absl::StatusOr<SchemaVersion> FromProto(const v1::SchemaVersion& proto);
absl::StatusOr<VersionSummary> FromProto(const v1::VersionSummary& proto);
// Nothing for an event that this client does not know.
absl::StatusOr<std::optional<WatchEvent>> FromProto(const v1::WatchEvent& proto);

}  // namespace regent::client
