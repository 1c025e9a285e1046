// Positions as text, for the metadata `regent-position` and the REST header of the same name: "OFFSET@LOG_ID".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace regent {

inline constexpr char kPositionMetadata[] = "regent-position";

std::string PositionToText(const Position& position);
// Nothing when `text` is not of that form.
std::optional<Position> PositionFromText(std::string_view text);

}  // namespace regent
