// Writes docs/configuration.md into the source tree: bazel run //base:write_config_page.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "base/config_page.h"

int main() {
  const char* const root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    std::cout << regent::RenderConfigurationPage();
    return 0;
  }
  std::ofstream file(std::string(root) + "/docs/configuration.md");
  file << regent::RenderConfigurationPage();
  return file.flush() ? 0 : 1;
}
