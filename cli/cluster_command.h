#pragma once

#include "cli/command.h"

namespace regent::cli {

const Command& ClusterStatusCommand();
const Command& ClusterTransferCommand();
const Command& ClusterResumeCommand();
const Command& ClusterRestoreCommand();

}  // namespace regent::cli
