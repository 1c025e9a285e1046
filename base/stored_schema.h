// A schema under its id, as every room passes it around.
#pragma once

#include <string>

#include "base/content_hash.h"
#include "base/ids.h"
#include "base/model.h"

namespace regent {

// Immutable, and shared rather than copied: there is one for each distinct content within a context.
struct StoredSchema {
  std::string context;
  SchemaId id;
  ContentHash hash;  // also its GUID
  SchemaContent content;
};

}  // namespace regent
