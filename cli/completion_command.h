#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& CompletionCommand();

}  // namespace regent::cli
