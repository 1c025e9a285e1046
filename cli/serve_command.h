#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ServeCommand();

}  // namespace regent::cli
