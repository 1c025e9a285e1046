#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& VersionsCommand();

}  // namespace regent::cli
