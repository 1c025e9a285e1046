#include "server/convert/wire_check.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "regent/v1/schema_registry.pb.h"

namespace regent {
namespace {

const google::protobuf::Descriptor& Type() { return *v1::RegisterSchemaRequest::descriptor(); }

std::string Explain(std::string_view bytes) {
  const absl::Status status = ExplainParseFailure(Type(), bytes);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
  return std::string(status.message());
}

TEST(ExplainParseFailureTest, NamesTheTextThatIsNotUtf8) {
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject("orders");
  request.mutable_schema()->set_text("\"st\xffring\"");
  EXPECT_EQ(Explain(request.SerializeAsString()), "schema.text: not valid UTF-8");
}

TEST(ExplainParseFailureTest, NamesTextsInListsAndMaps) {
  v1::RegisterSchemaRequest request;
  request.mutable_schema()->add_references()->set_name("\xc3");
  EXPECT_EQ(Explain(request.SerializeAsString()), "schema.references.name: not valid UTF-8");
  request.mutable_schema()->clear_references();
  (*request.mutable_schema()->mutable_metadata()->mutable_properties())["k"] = "\xc3";
  EXPECT_EQ(Explain(request.SerializeAsString()), "schema.metadata.properties.value: not valid UTF-8");
}

TEST(ExplainParseFailureTest, NamesWhereTheEncodingBreaks) {
  EXPECT_EQ(Explain("\x0a"), "subject: the encoding breaks off or is no protobuf");
  EXPECT_EQ(Explain("\x0a\x05"
                    "ab"),
            "subject: the encoding breaks off or is no protobuf");
  EXPECT_EQ(Explain("\x18\xff"), "normalize: the encoding breaks off or is no protobuf");
  EXPECT_EQ(Explain("\x0b\x0c"), "subject: the encoding breaks off or is no protobuf");  // a group
  EXPECT_EQ(Explain(std::string(1, '\0')), "RegisterSchemaRequest: the encoding breaks off or is no protobuf");
  EXPECT_EQ(Explain(std::string(40, '\xff')), "RegisterSchemaRequest: the encoding breaks off or is no protobuf");
  EXPECT_EQ(Explain("\x9d\x06xx"), "99: the encoding breaks off or is no protobuf");  // a field it does not know
}

// Random bytes and cut messages: whatever protobuf refuses is explained, and nothing is read past the end.
TEST(ExplainParseFailureTest, EveryPrefixOfARequestIsExplained) {
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject("orders");
  request.mutable_schema()->set_text("\"string\"");
  request.mutable_schema()->add_references()->set_version(-1);
  const std::string bytes = request.SerializeAsString();
  int refused = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::string prefix = bytes.substr(0, size);
    if (v1::RegisterSchemaRequest().ParseFromString(prefix)) continue;
    ++refused;
    EXPECT_NE(Explain(prefix).find("the encoding breaks off"), std::string::npos) << size;
  }
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace regent
