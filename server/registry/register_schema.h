// Registering a schema under a subject (semantics 3.4).
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// Answers an existing version without a write where the subject has the same or an equivalent schema alive. `domain`
// outlives the operation.
std::unique_ptr<WriteOperation> NewRegisterOperation(const WriteDomain* domain, RegisterSchema request);

}  // namespace regent
