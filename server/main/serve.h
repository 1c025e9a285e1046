// `regent serve`: runs a node until it is told to stop.
#pragma once

#include <functional>
#include <memory>

#include "base/config.h"
#include "store/log.h"

namespace regent {

// The command's exit codes: 0 after a graceful stop, 1 when the node could not run or go on, 2 for the configuration.
// Prints what it serves to stdout once it is ready, before that what it listens on where its log cannot be reached yet,
// and errors to stderr. SIGTERM and SIGINT stop it: not ready, what is in flight is finished, exit 0. Blocks; call it
// from main, before other threads exist. `wrap_log` is NodeOptions', for tests.
int RunServe(const Config& config, std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap_log = nullptr);

}  // namespace regent
