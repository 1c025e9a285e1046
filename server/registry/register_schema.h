// Registering a schema under a subject (semantics 3.4).
#pragma once

#include <memory>
#include <optional>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// Answers an existing version without a write where the subject has the same or an equivalent schema alive. `domain`
// outlives the operation.
std::unique_ptr<WriteOperation> NewRegisterOperation(const WriteDomain* domain, RegisterSchema request);

// What that operation would answer from the state alone, without comparing anything: the live version that holds the
// same or an equivalent schema. Nothing where it would do or answer anything else, or where the configuration adds to
// schemas: then only who is up to date can tell.
std::optional<WriteResult> FindLiveRegistration(const WriteDomain* domain, const RegisterSchema& request);

}  // namespace regent
