#include "schema/protobuf/symbols.h"

#include <gtest/gtest.h>

#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

class ProtobufSymbolsTest : public testing::Test {
 protected:
  ProtobufSymbolsTest() {
    file_.package = "a.b";
    Message outer{.name = "Outer"};
    outer.messages.push_back({.name = "Inner"});
    outer.enums.push_back({.name = "Kind"});
    outer.fields.push_back({.type = "G", .name = "g", .group_body = {Message{.name = "G"}}});
    file_.messages = {outer, Message{.name = "Inner"}};
    file_.extends.push_back({.extendee = "Outer", .fields = {Field{.name = "note"}}});
    symbols_.AddFile(file_);
  }

  std::string Type(std::string_view scope, std::string_view name) const {
    const auto resolved = symbols_.ResolveType(scope, name);
    return resolved ? resolved->full_name : "";
  }

  File file_;
  SymbolTable symbols_;
};

TEST_F(ProtobufSymbolsTest, TheInnermostScopeDecides) {
  EXPECT_EQ(Type("a.b.Outer", "Inner"), "a.b.Outer.Inner");
  EXPECT_EQ(Type("a.b", "Inner"), "a.b.Inner");
  EXPECT_EQ(Type("a.b.Outer", "Outer.Kind"), "a.b.Outer.Kind");
  EXPECT_EQ(Type("a.b.Outer", "b.Inner"), "a.b.Inner");
  EXPECT_EQ(Type("a.b.Outer", "G"), "a.b.Outer.G");
}

TEST_F(ProtobufSymbolsTest, ALeadingDotBeginsAtTheTop) {
  EXPECT_EQ(Type("a.b.Outer", ".a.b.Inner"), "a.b.Inner");
  EXPECT_EQ(Type("a.b.Outer", ".Inner"), "");
}

TEST_F(ProtobufSymbolsTest, PackagesAndExtensionsAreNoTypes) {
  EXPECT_EQ(Type("", "a.b"), "");
  EXPECT_EQ(Type("a.b", "note"), "");
  EXPECT_TRUE(symbols_.ResolveExtension("a.b.Outer", "note").has_value());
  EXPECT_FALSE(symbols_.ResolveExtension("a.b", "Inner").has_value());
}

// Older registries searched on where protobuf's rule ends.
TEST_F(ProtobufSymbolsTest, WhatTheRuleLosesIsSearchedForOutside) {
  File other;
  other.package = "x";
  Message message{.name = "M"};
  message.messages.push_back({.name = "a"});
  other.messages.push_back(message);
  symbols_.AddFile(other);
  EXPECT_EQ(Type("x.M", "a.b.Inner"), "a.b.Inner");
}

TEST_F(ProtobufSymbolsTest, TheFirstDefinitionStands) {
  File again = file_;
  again.messages.resize(1);
  symbols_.AddFile(again);
  EXPECT_EQ(symbols_.Find("a.b.Outer")->file, &file_);
}

}  // namespace
}  // namespace regent::protobuf
