// The commands that need no server's code: all but `serve`.
#pragma once

#include <vector>

#include "cli/command.h"

namespace regent::cli {

// In the order of help.
std::vector<const Command*> RemoteCommands();

}  // namespace regent::cli
