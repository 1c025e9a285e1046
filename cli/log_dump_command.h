#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& LogDumpCommand();

}  // namespace regent::cli
