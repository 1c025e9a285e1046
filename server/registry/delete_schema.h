// Deleting a version or a subject, softly or for good (semantics 1.5, 3.3, 4.3).
#pragma once

#include <memory>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// A soft delete hides a version: it stays readable by id and can be referred to by what already does. A permanent one
// takes what was softly deleted before out of the log; a purge does both at once. `domain` outlives the operation.
// Whether a subject that is associated with a resource is deleted all the same; else SUBJECT_ASSOCIATED.
enum class Associated { kStays, kGoes };

std::unique_ptr<WriteOperation> NewDeleteVersionOperation(const WriteDomain* domain, DeleteVersion request);
std::unique_ptr<WriteOperation> NewDeleteSubjectOperation(const WriteDomain* domain, DeleteSubject request,
                                                          Associated associated = Associated::kStays);

}  // namespace regent
