#include "cli/schema_lock.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

SchemaLock Sample() {
  SchemaLock lock;
  lock.subjects.push_back({Subject(".", "orders"), CompatibilityLevel::kFull, CompatibilityPolicy::kLenient});
  lock.schemas.push_back({Subject(".", "orders"),
                          Version(2),
                          SchemaId(7),
                          {.type = SchemaType::kJson,
                           .text = R"({"$ref":"ä.json"})",
                           .references = {{"ä.json", Subject(".c", "money"), Version(1)}}}});
  lock.schemas.push_back(
      {Subject(".c", "money"), Version(1), SchemaId(1), {.type = SchemaType::kJson, .text = "true"}});
  return lock;
}

TEST(SchemaLockTest, ReadsWhatItWrote) {
  const std::string text = LockToText(Sample());
  const auto lock = ParseLock(text);
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(LockToText(*lock), text);
  const LockedSubject* subject = lock->FindSubject(Subject(".", "orders"));
  ASSERT_NE(subject, nullptr);
  EXPECT_EQ(subject->level, CompatibilityLevel::kFull);
  EXPECT_EQ(subject->policy, CompatibilityPolicy::kLenient);
  const LockedSchema* schema = lock->Find(Subject(".", "orders"), Version(2));
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(schema->content, Sample().schemas[0].content);
  EXPECT_EQ(schema->id, SchemaId(7));
}

TEST(SchemaLockTest, TheOrderOfAskingMakesNoDifference) {
  SchemaLock other = Sample();
  std::swap(other.schemas[0], other.schemas[1]);
  EXPECT_EQ(LockToText(other), LockToText(Sample()));
}

TEST(SchemaLockTest, ResolvesReferencesAndNamesWhatIsMissing) {
  SchemaLock lock = Sample();
  const auto resolved = lock.Resolve(lock.schemas[0].content.references);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, (std::vector<NamedSchema>{{"ä.json", "true"}}));
  lock.schemas.pop_back();
  const auto missing = lock.Resolve(lock.schemas[0].content.references);
  EXPECT_EQ(ReasonOf(missing.status()), ErrorReason::kRequestInvalid);
  EXPECT_NE(std::string(missing.status().message()).find(":.c:money version 1"), std::string::npos);
}

}  // namespace
}  // namespace regent::cli
