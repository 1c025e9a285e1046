// Saying which subjects describe a resource, and taking that back (semantics 3.3, associations).
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// Each resource is decided for itself; its outcome stands in the answer, which is an error only where nothing could be
// decided at all. Schemas that come with it are registered first, so a resource may be half done, and is completed by
// repeating it.
std::unique_ptr<WriteOperation> NewAssociateOperation(const WriteDomain* domain, AssociateResources request);

// ASSOCIATION_NOT_FOUND where none of the resource is meant.
std::unique_ptr<WriteOperation> NewDissociateOperation(const WriteDomain* domain, DissociateResource request);

}  // namespace regent
