// Watches: between regent.v1 and the domain's structs.
#pragma once

#include "absl/status/statusor.h"
#include "regent/v1/watch.pb.h"
#include "server/registry/registry.h"

namespace regent {

// REQUEST_INVALID naming every field in the way.
absl::StatusOr<WatchChanges> FromProto(const v1::WatchChangesRequest& proto);

void ToProto(const WatchEvent& event, v1::WatchEvent* proto);

}  // namespace regent
