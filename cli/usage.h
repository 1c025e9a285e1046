// How commands are used, in words: generated from their declarations, so that help and parser cannot disagree.
#pragma once

#include <string>

#include "absl/types/span.h"
#include "cli/command.h"

namespace regent::cli {

// "usage: regent get ID|SUBJECT [VERSION] [--id] ..." in lines that fit 80 columns, and where to learn more.
std::string UsageOf(const Command& command);
// The manual of one command.
std::string HelpOf(const Command& command);
// All commands, a line each.
std::string Overview(absl::Span<const Command* const> commands);

}  // namespace regent::cli
