// Setting and taking away the mode of a subject, a context or everything, and removing an empty context.
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

std::unique_ptr<WriteOperation> NewUpdateModeOperation(const WriteDomain* domain, UpdateMode request);
std::unique_ptr<WriteOperation> NewDeleteModeOperation(const WriteDomain* domain, DeleteMode request);
std::unique_ptr<WriteOperation> NewDeleteContextOperation(const WriteDomain* domain, DeleteContext request);

}  // namespace regent
