#include "schema/avro/schema_path.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace regent::avro {
namespace {

TEST(SchemaPathTest, TheWholeSchemaIsASlash) { EXPECT_EQ(SchemaPath().ToString(), "/"); }

TEST(SchemaPathTest, StepsComeAndGo) {
  SchemaPath path;
  {
    SchemaPath::Step fields(&path, "fields");
    SchemaPath::Step place(&path, size_t{3});
    EXPECT_EQ(path.ToString(), "/fields/3");
    EXPECT_EQ(path.Abbreviated(), "/fields/3");
  }
  EXPECT_EQ(path.ToString(), "/");
}

TEST(SchemaPathTest, OnlyTheAbbreviationIsCut) {
  SchemaPath path;
  std::vector<std::unique_ptr<SchemaPath::Step>> steps;
  for (int i = 0; i < 100; ++i) steps.push_back(std::make_unique<SchemaPath::Step>(&path, "items"));
  EXPECT_EQ(path.ToString().size(), 600u);
  EXPECT_EQ(path.Abbreviated().size(), 244u);
  while (!steps.empty()) steps.pop_back();
}

}  // namespace
}  // namespace regent::avro
