// What the node says of itself: the root, /v1/metadata, health.
#pragma once

#include <vector>

#include "server/rest/route.h"

namespace regent {

std::vector<Route> NodeRoutes();

}  // namespace regent
