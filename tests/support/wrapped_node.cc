#include "tests/support/wrapped_node.h"

#include <cstring>
#include <iostream>
#include <utility>

#include "base/config.h"
#include "server/main/serve.h"

namespace regent::testing {

int RunWrappedNode(int argc, char** argv, std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap) {
  ConfigSources sources;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--set") == 0) sources.settings.push_back(argv[i + 1]);
  }
  const auto config = Config::Load(sources);
  if (!config.ok()) {
    std::cerr << config.status().message() << std::endl;
    return 2;
  }
  return RunServe(*config, std::move(wrap));
}

}  // namespace regent::testing
