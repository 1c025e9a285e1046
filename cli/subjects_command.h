#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& SubjectsCommand();

}  // namespace regent::cli
