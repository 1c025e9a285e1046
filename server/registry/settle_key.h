// The use case of upkeep: a key whose last record does not count is written again as it is (design section 3, rules 4
// to 7), so that compaction keeps what counts.
#pragma once

#include <memory>
#include <string>

#include "server/registry/write_domain.h"
#include "server/registry/write_operation.h"

namespace regent {

// Does nothing when the key is settled meanwhile. The answer's `changed` tells whether something was written.
//
// A schema of another registry is adopted where it takes nothing from us: its key is free, and its id either names the
// same content already or is above every id seen before it. Everything else is restored: the key's present state, or a
// tombstone. What a DELETE_SUBJECT or CLEAR_SUBJECT did to other keys is written to these first.
std::unique_ptr<WriteOperation> NewSettleOperation(const WriteDomain* domain, std::string raw_key);

}  // namespace regent
