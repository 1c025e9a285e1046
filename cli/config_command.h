#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ConfigGetCommand();
const Command& ConfigSetCommand();
const Command& ConfigDeleteCommand();

}  // namespace regent::cli
