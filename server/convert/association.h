// Associations: between regent.v1 and the domain's structs.
#pragma once

#include <optional>
#include <string_view>

#include "regent/v1/association.pb.h"
#include "server/convert/violations.h"
#include "server/registry/registry.h"

namespace regent {

// What a resource is that is not said to be anything else.
inline constexpr char kTopic[] = "topic";

// A request's one association of one resource.
ResourceAssociations FromProto(const v1::Association& proto, std::string_view field, Violations* violations);
// ASSOCIATION_LIFECYCLE_UNSPECIFIED is none.
std::optional<Lifecycle> FromProto(v1::AssociationLifecycle lifecycle, std::string_view field, Violations* violations);

void ToProto(const Association& association, v1::Association* proto);

}  // namespace regent
