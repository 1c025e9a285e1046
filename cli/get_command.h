#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& GetCommand();

}  // namespace regent::cli
