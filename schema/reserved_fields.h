// Names that a subject keeps for itself (`validateFields`, semantics 3.6 and 4.4): the metadata property
// `confluent:reserved` lists, with commas, names that no top-level field may have; names that begin with `$$` are
// nobody's.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "base/model.h"
#include "schema/format.h"

namespace regent {

// SCHEMA_INVALID for the first top-level field whose name begins with `$$`.
absl::Status CheckFieldNames(const Format& format, const ParsedSchema& schema);

// What `candidate` does with reserved names after a version that has `registered` as its metadata: names that are
// reserved no longer, and fields that use one. JSON Schema calls them RESERVED_PROPERTY_REMOVED and
// RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY, the others RESERVED_FIELD_...; they count in every direction.
std::vector<Difference> CheckReservedFields(const Format& format, const ParsedSchema& candidate,
                                            const Boxed<Metadata>& candidate_metadata,
                                            const Boxed<Metadata>& registered);

}  // namespace regent
