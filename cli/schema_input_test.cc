#include "cli/schema_input.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

TEST(ParseReferenceTest, DividesAtTheLastColon) {
  const auto reference = ParseReference("a.B=orders:value:12", ".");
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(*reference, (Reference{"a.B", Subject(".", "orders:value"), Version(12)}));
}

TEST(ParseReferenceTest, TakesANameThatHoldsEqualsSigns) {
  EXPECT_EQ(ParseReference("http://x/?v=1=orders:1", ".")->name, "http://x/?v=1");
}

TEST(ParseReferenceTest, TakesTheLatestVersion) {
  EXPECT_EQ(ParseReference("a=b:latest", ".")->version, Version(-1));
  EXPECT_EQ(ParseReference("a=b:-1", ".")->version, Version(-1));
}

TEST(ParseReferenceTest, TakesABareSubjectWithinTheReferrersContext) {
  EXPECT_EQ(ParseReference("a=b:1", ".eu")->subject, Subject(".eu", "b"));
  EXPECT_EQ(ParseReference("a=:.us:b:1", ".eu")->subject, Subject(".us", "b"));
  EXPECT_EQ(ParseReference("a=:.:b:1", ".eu")->subject, Subject(".", "b"));
}

TEST(ParseReferenceTest, RefusesWhatIsIncomplete) {
  for (const char* text :
       {"", "a", "a=", "=b:1", "a=b", "a=:1", "a=b:", "a=b:0", "a=b:x", "a=b:2147483648", "a=:.eu::1"}) {
    const auto reference = ParseReference(text, ".");
    ASSERT_FALSE(reference.ok()) << text;
    EXPECT_EQ(ReasonOf(reference.status()), ErrorReason::kRequestInvalid);
  }
}

}  // namespace
}  // namespace regent::cli
