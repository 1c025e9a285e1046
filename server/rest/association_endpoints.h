// Which subjects describe which resources: `/associations`.
#pragma once

#include <vector>

#include "server/rest/route.h"

namespace regent {

std::vector<Route> AssociationRoutes();

}  // namespace regent
