#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& VersionCommand();

}  // namespace regent::cli
