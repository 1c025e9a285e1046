#include "schema/protobuf/descriptor_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

using ::testing::HasSubstr;

google::protobuf::FileDescriptorProto OneMessage() {
  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  file.set_syntax("proto3");
  auto* message = file.add_message_type();
  message->set_name("M");
  auto* field = message->add_field();
  field->set_name("a_b");
  field->set_number(1);
  field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_FLOAT);
  return file;
}

TEST(ProtobufDescriptorInputTest, DecodesBothAlphabetsAndIgnoresSpace) {
  const std::string bytes = OneMessage().SerializeAsString();
  const std::string plain = absl::Base64Escape(bytes);
  for (const std::string& text :
       {plain, absl::WebSafeBase64Escape(bytes), "\n " + plain.substr(0, 8) + "\r\n" + plain.substr(8)}) {
    const auto decoded = DecodeDescriptor(text);
    ASSERT_TRUE(decoded.has_value()) << text;
    EXPECT_EQ(decoded->message_type(0).name(), "M");
  }
  for (const char* text : {"", "message M {}", "CgdhLnByb3RvYgZwcm8="})
    EXPECT_FALSE(DecodeDescriptor(text).has_value()) << text;
}

TEST(ProtobufDescriptorInputTest, WritesTheTextOfADescriptor) {
  google::protobuf::FileDescriptorProto file = OneMessage();
  file.mutable_options()->set_java_package("x");
  file.mutable_message_type(0)->mutable_field(0)->mutable_options()->set_deprecated(true);
  file.mutable_message_type(0)->mutable_field(0)->set_json_name("aB");
  EXPECT_EQ(
      *DescriptorText(file, nullptr, 10),
      "syntax = \"proto3\";\n\noption java_package = \"x\";\n\nmessage M {\n  float a_b = 1 [deprecated = true];\n}\n");
}

TEST(ProtobufDescriptorInputTest, WhatNoTextCanSayIsRefused) {
  std::vector<std::pair<google::protobuf::FileDescriptorProto, const char*>> bad;
  bad.emplace_back(OneMessage(), "message");
  bad.back().first.mutable_message_type(0)->set_name("M { }");
  bad.emplace_back(OneMessage(), "field");
  bad.back().first.mutable_message_type(0)->mutable_field(0)->set_name("");
  bad.emplace_back(OneMessage(), "package");
  bad.back().first.set_package("a..b");
  bad.emplace_back(OneMessage(), "default");
  bad.back().first.mutable_message_type(0)->mutable_field(0)->set_default_value("1; }");
  bad.emplace_back(OneMessage(), "imports itself");
  bad.back().first.add_dependency("a.proto");
  for (const auto& [file, what] : bad) {
    const auto text = DescriptorText(file, nullptr, 10);
    EXPECT_EQ(ReasonOf(text.status()), ErrorReason::kSchemaInvalid) << what;
    EXPECT_THAT(std::string(text.status().message()), HasSubstr(what));
  }
}

// A default of 0.1 is not 0.100000001490116.
TEST(ProtobufDescriptorInputTest, OptionsThatAreFloatsKeepTheirShortSpelling) {
  const auto parsed =
      ParseTextOrDescriptor("syntax = \"proto2\"; message M { optional float a = 1 [default = 0.1]; }", 10);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  google::protobuf::FileDescriptorProto file = parsed->proto;
  EXPECT_THAT(*DescriptorText(file, nullptr, 10), HasSubstr("[default = 0.1]"));
}

}  // namespace
}  // namespace regent::protobuf
