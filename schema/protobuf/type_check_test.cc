#include "schema/protobuf/type_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/protobuf_format.h"

namespace regent::protobuf {
namespace {

using ::testing::HasSubstr;

TEST(ProtobufTypeCheckTest, NamesWhatIsMissingAndWhoWantsIt) {
  File file;
  file.package = "p";
  file.messages = {
      Message{.name = "M", .fields = {Field{.type = "int32", .name = "a"}, Field{.type = "N", .name = "b"}}}};
  SymbolTable symbols;
  symbols.AddFile(file);
  const absl::Status status = CheckTypes(file, symbols);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"N\" is not defined"));
  EXPECT_EQ(DetailOf(status).path, "p.M.b");
}

TEST(ProtobufTypeCheckTest, RpcsAndExtensionsNeedMessages) {
  File file;
  file.enums = {Enum{.name = "E"}};
  file.services = {Service{.name = "S", .rpcs = {Rpc{.name = "Do", .request = "E", .response = "E"}}}};
  SymbolTable symbols;
  symbols.AddFile(file);
  EXPECT_THAT(std::string(CheckTypes(file, symbols).message()), HasSubstr("is no message"));
  file.services.clear();
  file.extends = {Extend{.extendee = "E", .fields = {}}};
  EXPECT_THAT(std::string(CheckTypes(file, symbols).message()), HasSubstr("is no message"));
}

TEST(ProtobufTypeCheckTest, LooksIntoOneofsGroupsAndMessagesWithin) {
  for (const char* text :
       {"message M { oneof o { Nowhere a = 1; } }", "message M { optional group G = 1 { optional Nowhere a = 1; } }",
        "message M { message N { map<string, Nowhere> a = 1; } }",
        "message M { extensions 1; extend M { optional Nowhere a = 1; } }"}) {
    const auto parsed = ProtobufFormat().Parse(text, {}, Validation::kLenient, FormatLimits());
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("Nowhere")) << text;
  }
}

}  // namespace
}  // namespace regent::protobuf
