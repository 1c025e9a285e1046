// Subjects and schemas: between regent.v1 and the domain's structs.
//
// The From... functions add to `violations` what they cannot take, under the path `field`, and then answer something
// harmless that the caller must not use.
#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/model.h"
#include "regent/v1/options.pb.h"
#include "regent/v1/schema.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject.pb.h"
#include "server/convert/violations.h"
#include "server/registry/registry.h"

namespace regent {

// An empty context is `default_context`.
Subject FromProto(const v1::SubjectRef& proto, std::string_view field, Violations* violations,
                  std::string_view default_context = kDefaultContext);
// `context` is that of the subject under which the schema stands, or will stand.
SchemaContent FromProto(const v1::Schema& proto, std::string_view context, std::string_view field,
                        Violations* violations);
Metadata FromProto(const v1::Metadata& proto);
RuleSet FromProto(const v1::RuleSet& proto);
// "" is the default context.
std::string ContextFromProto(const std::string& context, std::string_view field, Violations* violations,
                             std::string_view default_context = kDefaultContext);

// Milliseconds since 1970.
void SetTime(int64_t millis, google::protobuf::Timestamp* time);
int64_t MillisOf(const google::protobuf::Timestamp& time);

void ToProto(const Subject& subject, v1::SubjectRef* proto);
void ToProto(const Metadata& metadata, v1::Metadata* proto);
void ToProto(const RuleSet& rule_set, v1::RuleSet* proto);
void ToProto(const SchemaContent& content, v1::Schema* proto);
// For who writes the text from its one copy.
void ToProtoWithoutText(const SchemaContent& content, v1::Schema* proto);
void ToProto(const StoredSchema& stored, v1::StoredSchema* proto);
void ToProto(const SchemaVersion& version, v1::SchemaVersion* proto);
void ToProto(const SchemaVersion& version, v1::VersionSummary* proto);
// Everything but the text.
void ToProtoWithoutText(const SchemaVersion& version, v1::SchemaVersion* proto);
void ToProto(const SchemaVersion& version, v1::SchemaUse* proto);
void ToProto(const Position& position, v1::Position* proto);
void ToProto(const WriteResult& result, v1::WriteResult* proto);
v1::SchemaType ToProto(SchemaType type);

}  // namespace regent
