// From configuration keys to a node's options: the only place that reads both.
#pragma once

#include "base/config.h"
#include "server/main/node.h"

namespace regent {

NodeOptions NodeOptionsFrom(const Config& config);

}  // namespace regent
