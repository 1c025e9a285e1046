// Request bodies as domain structs. Unknown members are ignored; what has the wrong JSON type is REQUEST_INVALID naming
// the member; a missing body is 422.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "base/json_value.h"
#include "server/registry/registry.h"

namespace regent {

// An object. `what` names it in the error, e.g. "schema".
absl::StatusOr<JsonValue> ParseBody(std::string_view body);

// What register, lookup and compatibility requests have in common. References are read within `context`.
struct SchemaRequest {
  SchemaContent content;
  std::optional<Version> version;  // a 0 is none
  std::optional<SchemaId> id;      // so is a negative one
};
absl::StatusOr<SchemaRequest> DecodeSchemaRequest(std::string_view body, std::string_view context);

// The target is left to the caller.
absl::StatusOr<UpdateConfig> DecodeConfigRequest(std::string_view body);

// The mode, or nothing for null.
absl::StatusOr<std::optional<Mode>> DecodeModeRequest(std::string_view body);

}  // namespace regent
