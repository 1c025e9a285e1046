// `regent lock`: writes down what the registry has, for checks without it.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& LockCommand();

}  // namespace regent::cli
