// The official meta-schemas, linked in: what a schema may name in `$ref` without anybody registering it.
#pragma once

#include <string>
#include <string_view>

namespace regent::json_schema {

// The text of the meta-schema that lives at `uri` (http and https alike, no fragment); empty when there is none.
// Lives for ever.
std::string_view FindMetaSchema(std::string_view uri);

}  // namespace regent::json_schema
