// `regent undelete`: takes soft deletes back.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& UndeleteCommand();

}  // namespace regent::cli
