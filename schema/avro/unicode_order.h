// The order of texts that other registries keep.
#pragma once

#include <string_view>

namespace regent::avro {

// How Java orders texts: by UTF-16 unit. Both are UTF-8.
bool JavaLess(std::string_view a, std::string_view b);

}  // namespace regent::avro
