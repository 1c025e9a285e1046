#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& HelpCommand();

}  // namespace regent::cli
