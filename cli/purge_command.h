// `regent purge`: removes for good, deleted before or not.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& PurgeCommand();

}  // namespace regent::cli
