#include "schema/protobuf/imports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/bundled_files.h"

namespace regent::protobuf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> NamesOf(const ImportedFiles& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file->name);
  return names;
}

TEST(ProtobufImportsTest, EveryBundledFileCanBeRead) {
  std::vector<std::string> names;
  for (const BundledFile& file : BundledFiles()) names.emplace_back(file.name);
  EXPECT_GT(names.size(), 20u);
  const auto files = LoadImports(names, {}, FormatLimits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), names.size());
  for (const char* name : {"google/protobuf/timestamp.proto", "google/type/money.proto", "confluent/meta.proto",
                           "confluent/type/decimal.proto", "confluent/type/variant.proto"}) {
    EXPECT_TRUE(IsBundled(name)) << name;
  }
}

TEST(ProtobufImportsTest, ChildrenComeFirstAndEachOnce) {
  const std::vector<NamedSchema> references = {{"c", ""}, {"b", "import \"c\";"}, {"a", "import \"b\"; import \"c\";"}};
  const auto files = LoadImports({"a", "b"}, references, FormatLimits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT(NamesOf(*files), ElementsAre("c", "b", "a"));
}

TEST(ProtobufImportsTest, OfOneNameTheFirstCountsAndProtobufsOwnAlways) {
  const std::vector<NamedSchema> references = {{"a", "message First {}"},
                                               {"a", "message Second {}"},
                                               {"google/protobuf/any.proto", "message Fake {}"},
                                               {"google/type/date.proto", "message Mine {}"}};
  const auto files =
      LoadImports({"a", "google/protobuf/any.proto", "google/type/date.proto"}, references, FormatLimits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ((*files)[0]->tree.messages.at(0).name, "First");
  EXPECT_EQ((*files)[1]->tree.messages.at(0).name, "Any");
  EXPECT_EQ((*files)[2]->tree.messages.at(0).name, "Mine");
}

TEST(ProtobufImportsTest, TheOneThatWantsAMissingFileIsNamed) {
  const auto files = LoadImports({"a"}, std::vector<NamedSchema>{{"a", "import \"b\";"}}, FormatLimits());
  EXPECT_EQ(ReasonOf(files.status()), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(files.status().message()), HasSubstr("import \"b\" of \"a\""));
}

TEST(ProtobufImportsTest, LongChainsCostNoStack) {
  std::vector<NamedSchema> references;
  for (int i = 0; i < 20000; ++i)
    references.push_back({std::to_string(i), "import \"" + std::to_string(i + 1) + "\";"});
  references.push_back({"20000", ""});
  const auto files = LoadImports({"0"}, references, FormatLimits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), references.size());
}

}  // namespace
}  // namespace regent::protobuf
