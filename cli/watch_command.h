// `regent watch`: tells what changes.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& WatchCommand();

}  // namespace regent::cli
