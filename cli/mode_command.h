// `regent mode get`, `mode set`, `mode delete`.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ModeGetCommand();
const Command& ModeSetCommand();
const Command& ModeDeleteCommand();

}  // namespace regent::cli
