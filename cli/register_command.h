#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& RegisterCommand();

}  // namespace regent::cli
