#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& DoctorCommand();

}  // namespace regent::cli
