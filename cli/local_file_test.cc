#include "cli/local_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;

TEST(GuessSchemaTypeTest, GoesByTheEnding) {
  EXPECT_EQ(GuessSchemaType("a/b.avsc"), SchemaType::kAvro);
  EXPECT_EQ(GuessSchemaType("a.b/c.JSON"), SchemaType::kJson);
  EXPECT_EQ(GuessSchemaType("c.proto"), SchemaType::kProtobuf);
  EXPECT_EQ(GuessSchemaType("a.json/c"), SchemaType::kAvro);
  EXPECT_EQ(GuessSchemaType("-"), SchemaType::kAvro);
}

TEST(SchemaTypeOfTest, TheWordOverrulesTheEnding) {
  EXPECT_EQ(*SchemaTypeOf("json", "a.proto"), SchemaType::kJson);
  EXPECT_EQ(*SchemaTypeOf(std::nullopt, "a.proto"), SchemaType::kProtobuf);
  EXPECT_EQ(ReasonOf(SchemaTypeOf("XML", "a.proto").status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(SchemaTypeOf("", "a.proto").status()), ErrorReason::kRequestInvalid);
}

TEST(ReadWholeFileTest, ReadsFilesAndStandardInput) {
  const std::string path = testing::TempDir() + "whole";
  std::ofstream(path, std::ios::binary) << std::string("a\0b\n", 4);
  std::istringstream in("piped");
  EXPECT_EQ(*ReadWholeFile(path, in), std::string("a\0b\n", 4));
  EXPECT_EQ(*ReadWholeFile("-", in), "piped");
}

TEST(ReadWholeFileTest, SaysWhatCannotBeRead) {
  std::istringstream in;
  const auto missing = ReadWholeFile("/nowhere/a", in);
  EXPECT_EQ(ReasonOf(missing.status()), ErrorReason::kRequestInvalid);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("cannot open /nowhere/a: No such file"));
  EXPECT_THAT(std::string(ReadWholeFile(testing::TempDir(), in).status().message()), HasSubstr("is a directory"));
}

}  // namespace
}  // namespace regent::cli
