// /config, /mode and /contexts.
#pragma once

#include <vector>

#include "server/rest/route.h"

namespace regent {

std::vector<Route> SettingsRoutes();

}  // namespace regent
