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

TEST(SubjectTest, ContextAloneHasAnEmptyName) {
  EXPECT_EQ(Subject::Parse(":.eu"), Subject(".eu", ""));
  EXPECT_EQ(Subject::Parse(":.eu:"), Subject(".eu", ""));
}

}  // namespace
}  // namespace regent
