// For the tests of this room: tables as one line of text.
#pragma once

#include <string>
#include <string_view>

#include "base/model.h"
#include "schema/logical/table_type.h"

namespace regent::logical {

// `row{a: int, b: optional list<string>}`; `! why at /path` for a schema that has no table. The schema must parse.
std::string TableText(SchemaType type, std::string_view schema);

// The table itself, of a schema that has one.
TableType MustConvert(SchemaType type, std::string_view schema);

}  // namespace regent::logical
