// The one list of formats: a new one is a folder beside this file and a row in all_formats.cc.
#pragma once

#include <vector>

#include "schema/format.h"

namespace regent {

// They live for ever.
const std::vector<const Format*>& AllFormats();

// Null for kOther.
const Format* FindFormat(SchemaType type);

}  // namespace regent
