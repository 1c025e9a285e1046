// Request bodies as domain structs. Unknown members are ignored; what has the wrong JSON type is REQUEST_INVALID naming
// the member; a missing body is 422.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

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
  SchemaEdit edit;
};
absl::StatusOr<SchemaRequest> DecodeSchemaRequest(std::string_view body, std::string_view context);

// How a version becomes another one by its tags and rules: what `POST .../versions/{}/tags` takes. Subject and base are
// left to the caller.
absl::StatusOr<RegisterSchema> DecodeTagsRequest(std::string_view body);

// The target is left to the caller.
absl::StatusOr<UpdateConfig> DecodeConfigRequest(std::string_view body);

// The mode, or nothing for null.
absl::StatusOr<std::optional<Mode>> DecodeModeRequest(std::string_view body);

// STRONG or WEAK, in any case. ASSOCIATION_INVALID for anything else; nothing for the empty name.
absl::StatusOr<std::optional<Lifecycle>> ParseLifecycle(std::string_view name);

// Subjects are read within `context`, which is empty where none is given. A resource is a topic unless it says.
absl::StatusOr<ResourceAssociations> DecodeAssociations(std::string_view body, std::string_view context);
// `{"requests":[...]}`, each as above.
absl::StatusOr<std::vector<ResourceAssociations>> DecodeAssociationBatch(std::string_view body,
                                                                         std::string_view context);
// `{"requests":[...]}`: a resource by its id or its name each.
absl::StatusOr<std::vector<ListAssociations>> DecodeAssociationQueries(std::string_view body);

}  // namespace regent
