// ASSOC records: between their JSON and what they say. docs/formats/log.md describes the bytes.
#pragma once

#include <optional>

#include "base/association.h"
#include "store/record.h"

namespace regent {

// What makes two associations one and the same in the log: all but the resource's id, the lifecycle and `frozen`.
RecordKey AssociationKey(const Association& association);
// The value that is written for it.
AssociationRecord EncodeAssociation(const Association& association);
// Nothing for a value that lacks what every association has, or of a lifecycle that is not known: it is kept, and not
// shown.
std::optional<Association> ParseAssociation(const AssociationRecord& record);

}  // namespace regent
