#include "base/ids.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(SubjectTest, BareNameIsInTheDefaultContext) {
  EXPECT_EQ(Subject::Parse("orders-value"), Subject(".", "orders-value"));
  EXPECT_EQ(Subject(".", "orders-value").Qualified(), "orders-value");
}

TEST(SubjectTest, BareNameIsTakenWithinTheGivenContext) {
  EXPECT_EQ(Subject::Parse("orders-value", ".eu"), Subject(".eu", "orders-value"));
  EXPECT_EQ(Subject::Parse(":.us:orders-value", ".eu"), Subject(".us", "orders-value"));
}

TEST(SubjectTest, QualifiedNameGoesThereAndBack) {
  EXPECT_EQ(Subject::Parse(":.eu:a:b"), Subject(".eu", "a:b"));
  EXPECT_EQ(Subject(".eu", "a:b").Qualified(), ":.eu:a:b");
}

TEST(SubjectTest, DefaultContextSpelledOutIsTheBareName) {
  EXPECT_EQ(Subject::Parse(":.:orders").Qualified(), "orders");
}

TEST(SubjectTest, NameThatLooksQualifiedIsQualified) {
  const Subject subject(".", ":.eu:a");
  EXPECT_EQ(Subject::Parse(subject.Qualified()), subject);
}

TEST(SubjectTest, ContextAloneHasAnEmptyName) {
  EXPECT_EQ(Subject::Parse(":.eu"), Subject(".eu", ""));
  EXPECT_EQ(Subject::Parse(":.eu:"), Subject(".eu", ""));
}

TEST(SubjectTest, ContextsAreSortedBeforeNames) {
  EXPECT_LT(Subject(".", "z"), Subject(".a", "b"));
  EXPECT_LT(Subject(".a", ""), Subject(".a", "b"));
}

TEST(StrongNumberTest, NextIsOneMore) { EXPECT_EQ(Version(1).Next(), Version(2)); }

TEST(StrongNumberTest, ComparesAsItsNumber) {
  EXPECT_LT(kBeforeFirst, Offset(0));
  EXPECT_EQ(SchemaId(), SchemaId(0));
}

}  // namespace
}  // namespace regent
