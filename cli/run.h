// From a command line to a command, and to its exit code.
#pragma once

#include <string>

#include "absl/types/span.h"
#include "cli/session.h"

namespace regent::cli {

// `words` are those behind the program's name. What cannot be written to `environment.out` turns success into kNo.
ExitCode Run(absl::Span<const std::string> words, const Environment& environment);

// The command that the first word, or the first two, name; null if there is none.
const Command* FindCommand(absl::Span<const Command* const> commands, absl::Span<const std::string> words);

// All commands, as main and the tests of help and completion know them, but for `serve`, which alone needs a server.
std::vector<const Command*> RemoteCommands();

}  // namespace regent::cli
