#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& LookupCommand();

}  // namespace regent::cli
