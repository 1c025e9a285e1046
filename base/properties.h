// Reads Java's .properties format, so that a configuration file written for Confluent's registry is understood as it
// is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace regent {

struct Property {
  std::string key;
  std::string value;
  int line = 0;  // where it begins; 1-based
};

inline constexpr size_t kPropertiesBytesMax = 1u << 20;

// Every property in the order of the file, repeated keys included: the last one counts. Comments (# and !), the three
// separators, continued lines and escapes are Java's. UTF-8, or ISO-8859-1 where that fails, as files were written
// before Java 9; a byte-order mark is skipped. CONFIGURATION_INVALID naming the line for a broken escape, a line
// without a key, or more than kPropertiesBytesMax.
absl::StatusOr<std::vector<Property>> ParseProperties(std::string_view text);

}  // namespace regent
