// JSON Schema (drafts 4, 6, 7, 2019-09, 2020-12) as a format of schemas.
#pragma once

#include "schema/format.h"

namespace regent {

// Lives for ever. `NamedSchema::name` of a reference is what `$ref` says, or the `$id` of the referenced schema. Paths
// of differences look like #/properties/a; see semantics 4.6.
const Format* JsonSchemaFormat();

}  // namespace regent
