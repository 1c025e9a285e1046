// `regent export` and `regent import`: a whole registry as a file, and back.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ExportCommand();
const Command& ImportCommand();

}  // namespace regent::cli
