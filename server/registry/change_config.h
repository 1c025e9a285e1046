// Setting and clearing the configuration of a subject, a context or everything (semantics 3.6).
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

std::unique_ptr<WriteOperation> NewUpdateConfigOperation(const WriteDomain* domain, UpdateConfig request);
// SUBJECT_NOT_FOUND where the target has no configuration of its own.
std::unique_ptr<WriteOperation> NewDeleteConfigOperation(const WriteDomain* domain, DeleteConfig request);

}  // namespace regent
