// `regent push`: registers what a build describes.
#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& PushCommand();

}  // namespace regent::cli
