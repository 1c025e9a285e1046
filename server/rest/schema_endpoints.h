// /schemas/...: schemas by id, by GUID, and lists of them.
#pragma once

#include <vector>

#include "server/rest/route.h"

namespace regent {

std::vector<Route> SchemaRoutes();

}  // namespace regent
