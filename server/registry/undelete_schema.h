// Taking soft deletes back.
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// Versions come back as they were, under their ids. Not checked for compatibility: they were there before what followed
// them. `domain` outlives the operation.
std::unique_ptr<WriteOperation> NewUndeleteVersionOperation(const WriteDomain* domain, UndeleteVersion request);
std::unique_ptr<WriteOperation> NewUndeleteSubjectOperation(const WriteDomain* domain, UndeleteSubject request);

}  // namespace regent
