#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& DeleteCommand();

}  // namespace regent::cli
