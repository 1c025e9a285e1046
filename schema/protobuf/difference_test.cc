#include "schema/protobuf/difference.h"

#include <gtest/gtest.h>

#include <set>

namespace regent::protobuf {
namespace {

constexpr auto kLast = DifferenceType::kMultipleFieldsMovedToOneof;

TEST(ProtobufDifferenceTest, EveryTypeHasANameOfItsOwnAndWhatBreaksHasAWayOut) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    const auto type = static_cast<DifferenceType>(i);
    EXPECT_TRUE(names.insert(DifferenceTypeName(type)).second) << DifferenceTypeName(type);
    const Difference difference = DescribeDifference(type, "#/", "s", "f", "t");
    EXPECT_EQ(difference.type, DifferenceTypeName(type));
    EXPECT_NE(difference.message, "");
    EXPECT_EQ(difference.message.find('{'), std::string::npos) << difference.message;
    EXPECT_EQ(difference.fix.empty(), IsCompatible(type)) << difference.type;
  }
}

// The table of semantics 4.7.
TEST(ProtobufDifferenceTest, WhatBreaksIsWhatTheSpecificationSays) {
  const std::set<std::string_view> expected = {"PACKAGE_CHANGED",
                                               "MESSAGE_REMOVED",
                                               "FIELD_KIND_CHANGED",
                                               "FIELD_SCALAR_KIND_CHANGED",
                                               "FIELD_NAMED_TYPE_CHANGED",
                                               "FIELD_NUMERIC_LABEL_CHANGED",
                                               "REQUIRED_FIELD_ADDED",
                                               "REQUIRED_FIELD_REMOVED",
                                               "ONEOF_FIELD_REMOVED",
                                               "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
                                               "FIELD_MOVED_TO_EXISTING_ONEOF"};
  std::set<std::string_view> breaking;
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    const auto type = static_cast<DifferenceType>(i);
    if (!IsCompatible(type)) breaking.insert(DifferenceTypeName(type));
  }
  EXPECT_EQ(breaking, expected);
}

}  // namespace
}  // namespace regent::protobuf
