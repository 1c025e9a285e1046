#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& CheckCommand();

}  // namespace regent::cli
