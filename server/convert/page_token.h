// Page tokens: where a listing goes on, bound to the filter it began with (AIP-158). Opaque to clients, and good on
// every node: they hold the last key seen, so that a listing goes on in spite of changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace regent {

// `filter` is every field of the request that decides what is listed, beginning with the method's name.
std::string MakePageToken(absl::Span<const std::string_view> filter, std::string_view last_key);

// The last key; nothing when `token` was not made by MakePageToken with an equal filter. Tokens are not signed: one
// that a client makes up is only another place to begin.
std::optional<std::string> ReadPageToken(absl::Span<const std::string_view> filter, std::string_view token);

}  // namespace regent
