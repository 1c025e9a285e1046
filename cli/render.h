// Answers as people and as machines read them.
//
// JSON names are Confluent's. A schema object always has the same seven members; what an answer does not tell is null.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "base/json_value.h"
#include "base/model.h"
#include "client/registry_types.h"

namespace regent::cli {

// subject version id guid schemaType schema references, and where there are any metadata, ruleSet, deleted.
JsonValue SchemaToJson(const client::SchemaVersion& version);
JsonValue SchemaToJson(const StoredSchema& schema);
JsonValue MetadataToJson(const Metadata& metadata);
JsonValue RuleSetToJson(const RuleSet& rules);
JsonValue ConfigToJson(const SubjectConfig& config);
// {"error":{"reason":...,"message":..., and what else is known}}
JsonValue ErrorToJson(const absl::Status& status);

// "orders-value version 3, id 7"; after a dry run perhaps "with a new id".
std::string PlaceToText(const client::SchemaVersion& version);
// What a schema is beside its text, a fact a line.
std::string FactsToText(const StoredSchema& schema);
// A field a line; fields that are not set are left out.
std::string ConfigToText(const SubjectConfig& config);
// "regent: REASON: message", and the report of an incompatible schema.
std::string ErrorToText(const absl::Status& status);

// The reason that the server gave; for an error that is not the registry's own, the canonical name of its code.
std::string ReasonNameOf(const absl::Status& status);

// The subject's qualified name, harmless to a terminal.
std::string ToText(const Subject& subject);

}  // namespace regent::cli
