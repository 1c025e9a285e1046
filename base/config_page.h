// docs/configuration.md, from the table of keys.
#pragma once

#include <string>

namespace regent {

std::string RenderConfigurationPage();

}  // namespace regent
