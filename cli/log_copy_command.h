#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& LogCopyCommand();

}  // namespace regent::cli
