// `regent serve`: runs a node until it is told to stop.
#pragma once

#include "base/config.h"

namespace regent {

// The command's exit codes: 0 after a graceful stop, 1 when the node could not run or go on, 2 for the configuration.
// Prints what it serves to stdout once it is ready, and errors to stderr. SIGTERM and SIGINT stop it: not ready, what
// is in flight is finished, exit 0. Blocks; call it from main, before other threads exist.
int RunServe(const Config& config);

}  // namespace regent
