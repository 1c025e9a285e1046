#include "base/config_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace regent {
namespace {

TEST(ConfigPageTest, ThePageInDocsIsTheTable) {
  std::ifstream file("docs/configuration.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), RenderConfigurationPage()) << "To mend it: bazel run //base:write_config_page";
}

TEST(ConfigPageTest, EveryRowHasAllItsColumns) {
  std::stringstream page(RenderConfigurationPage());
  std::string line;
  size_t columns = 0;
  while (std::getline(page, line)) {
    if (line.substr(0, 1) != "|") {
      columns = 0;
      continue;
    }
    const auto bars = static_cast<size_t>(std::count(line.begin(), line.end(), '|'));
    if (columns == 0) columns = bars;
    EXPECT_EQ(bars, columns) << line;
  }
}

}  // namespace
}  // namespace regent
