#include "server/rest/context_path.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

// The target after the prefix was taken off, for comparison: decoded, joined again.
std::string Applied(std::string_view target) {
  auto url = ParseUrl(target);
  EXPECT_TRUE(url.ok()) << url.status();
  const absl::Status status = ApplyContextPrefix(&*url);
  if (!status.ok()) return std::string(status.message());
  std::string out;
  for (const std::string& segment : url->segments) out += "/" + segment;
  for (const auto& [name, value] : url->query)
    out += (out.find('?') == std::string::npos ? "?" : "&") + name + "=" + value;
  return out;
}

struct Row {
  const char* target;
  const char* becomes;
};

class ContextPathTest : public ::testing::TestWithParam<Row> {};

TEST_P(ContextPathTest, BecomesQualified) { EXPECT_EQ(Applied(GetParam().target), GetParam().becomes); }

INSTANTIATE_TEST_SUITE_P(
    Paths, ContextPathTest,
    ::testing::Values(Row{"/subjects/a/versions", "/subjects/a/versions"}, Row{"/contexts/.c", "/contexts/.c"},
                      Row{"/contexts", "/contexts"},
                      Row{"/contexts/.c/subjects/a/versions/1", "/subjects/:.c:a/versions/1"},
                      Row{"/contexts/c/subjects/a", "/subjects/:.c:a"},
                      Row{"/contexts/.c/subjects/:.d:a/versions", "/subjects/:.d:a/versions"},
                      Row{"/contexts/.c/compatibility/subjects/a/versions", "/compatibility/subjects/:.c:a/versions"},
                      Row{"/contexts/.c/config", "/config/:.c:"}, Row{"/contexts/.c/config/a", "/config/:.c:a"},
                      Row{"/contexts/.c/mode", "/mode/:.c:"}, Row{"/contexts/.c/mode/a", "/mode/:.c:a"},
                      Row{"/contexts/.c/subjects", "/subjects?subjectPrefix=:.c:"},
                      Row{"/contexts/.c/subjects?subjectPrefix=a", "/subjects?subjectPrefix=:.c:a"},
                      Row{"/contexts/.c/subjects?subjectPrefix=:*:", "/subjects?subjectPrefix=:*:"},
                      Row{"/contexts/.c/schemas", "/schemas?subjectPrefix=:.c:"},
                      Row{"/contexts/.c/schemas/ids/7", "/schemas/ids/7?subject=:.c:"},
                      Row{"/contexts/.c/schemas/ids/7?subject=a", "/schemas/ids/7?subject=:.c:a"},
                      Row{"/contexts/.c/schemas/types", "/schemas/types"},
                      Row{"/contexts/.c/associations", "/associations?context=.c"},
                      Row{"/contexts/./subjects/a", "/subjects/:.:a"}));

TEST(ContextPathErrorTest, AColonInAContextIsRefused) {
  auto url = ParseUrl("/contexts/a%3Ab/subjects");
  EXPECT_EQ(ReasonOf(ApplyContextPrefix(&*url)), ErrorReason::kRequestInvalid);
}

}  // namespace
}  // namespace regent
