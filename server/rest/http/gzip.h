// gzip bodies, both ways.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace regent {

// Of a complete gzip or zlib stream (members after each other count as one). REQUEST_INVALID when it is broken or cut;
// a bare OUT_OF_RANGE when it holds more than `max_bytes`, and then no more than that was ever in memory.
absl::StatusOr<std::string> Inflate(std::string_view compressed, size_t max_bytes);

std::string Gzip(std::string_view text);

}  // namespace regent
