#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ConfigPrintCommand();

}  // namespace regent::cli
