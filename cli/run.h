// From a command line to a command, and to its exit code.
#pragma once

#include <string>

#include "absl/types/span.h"
#include "cli/session.h"

namespace regent::cli {

// `words` are those behind the program's name. What cannot be written to `environment.out` turns success into kNo.
ExitCode Run(absl::Span<const std::string> words, const Environment& environment);

}  // namespace regent::cli
