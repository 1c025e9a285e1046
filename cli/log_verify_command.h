#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& LogVerifyCommand();

}  // namespace regent::cli
