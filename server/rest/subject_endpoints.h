// /subjects/... and /compatibility/...
#pragma once

#include <vector>

#include "server/rest/route.h"

namespace regent {

std::vector<Route> SubjectRoutes();

}  // namespace regent
