#include "cli/version_word.h"

#include <string>

#include "base/error_reason.h"
#include "cli/arguments.h"
#include "cli/printable.h"

namespace regent::cli {

absl::StatusOr<std::optional<Version>> ParseVersion(std::string_view text, std::string_view where) {
  if (text == "latest" || text == "-1") return std::optional<Version>();
  if (const std::optional<int32_t> number = ParsePositive(text)) return std::optional<Version>(Version(*number));
  return MakeError(ErrorReason::kRequestInvalid,
                   std::string(where) + " is a number from 1, or latest, not '" + Printable(text) + "'");
}

absl::StatusOr<CompatibilityLevel> ParseLevel(std::string_view text) {
  if (const std::optional<CompatibilityLevel> level = ParseCompatibilityLevel(text)) return *level;
  return MakeError(ErrorReason::kRequestInvalid,
                   "the level is NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL or "
                   "FULL_TRANSITIVE, not '" +
                       Printable(text) + "'");
}

}  // namespace regent::cli
