// Versions and levels as people type them.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/model.h"

namespace regent::cli {

// A number from 1; nothing for "latest" or "-1". REQUEST_INVALID, naming `where`, for anything else.
absl::StatusOr<std::optional<Version>> ParseVersion(std::string_view text, std::string_view where);

// REQUEST_INVALID that names all levels.
absl::StatusOr<CompatibilityLevel> ParseLevel(std::string_view text);

}  // namespace regent::cli
