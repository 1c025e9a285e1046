#include "cli/report.h"

#include <gtest/gtest.h>

namespace regent::cli {
namespace {

CompatibilityReport Sample() {
  CompatibilityReport report;
  report.compatible = false;
  report.versions.push_back({Version(2), {}, false});
  Difference difference;
  difference.type = "TYPE_CHANGED";
  difference.path = "#/properties/a";
  difference.message = "differs";
  difference.fix = "keep it";
  difference.old_snippet = "{\"type\":\"string\"}";
  difference.new_snippet = "\x1b[31m";
  report.versions.push_back({Version(1), {difference}, true});
  return report;
}

TEST(ReportTest, PeopleSeeBothSidesAndNothingThatATerminalObeys) {
  EXPECT_EQ(ReportToText("orders", Sample()),
            "Not compatible with orders at level BACKWARD.\n"
            "  version 2: fits\n"
            "  version 1: does not fit\n"
            "    TYPE_CHANGED at #/properties/a\n"
            "      differs\n"
            "      old: {\"type\":\"string\"}\n"
            "      new: \\x1b[31m\n"
            "      The new schema cannot read data written with version 1.\n"
            "      Instead: keep it\n"
            "    ... and more\n");
}

TEST(ReportTest, MachinesGetTheSame) {
  EXPECT_EQ(
      ReportToJson(Sample()).ToString(),
      R"({"compatible":false,"level":"BACKWARD","versions":[)"
      R"({"version":2,"compatible":true,"differences":[],"truncated":false},)"
      R"({"version":1,"compatible":false,"differences":[{"type":"TYPE_CHANGED","path":"#/properties/a",)"
      R"("message":"differs","breaks":"NEW_READER","fix":"keep it","old":"{\"type\":\"string\"}","new":"\u001B[31m"}],)"
      R"("truncated":true}]})");
}

TEST(ReportTest, NothingToCompareWithIsSaid) {
  EXPECT_EQ(ReportToText("orders", CompatibilityReport()),
            "Compatible with orders at level BACKWARD.\n  No version was compared with.\n");
}

}  // namespace
}  // namespace regent::cli
