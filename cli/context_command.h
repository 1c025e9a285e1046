// `regent context list`, `context delete`.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ContextListCommand();
const Command& ContextDeleteCommand();

}  // namespace regent::cli
