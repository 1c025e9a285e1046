#include "store/association_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/association_record.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Association Make(const std::string& name, const std::string& type, const std::string& subject) {
  return {.resource_name = name,
          .resource_namespace = "ns",
          .resource_id = "id-" + name,
          .resource_type = "topic",
          .association_type = type,
          .subject = Subject::Parse(subject)};
}

class AssociationTableTest : public ::testing::Test {
 protected:
  void Put(const Association& association) { table_.Put(AssociationKey(association), EncodeAssociation(association)); }
  std::vector<std::string> Subjects(const AssociationFilter& filter) {
    std::vector<std::string> subjects;
    for (const auto& association : table_.Matching(filter)) subjects.push_back(association->subject.Qualified());
    return subjects;
  }
  AssociationTable table_;
};

TEST_F(AssociationTableTest, FindsByResourceAndBySubject) {
  Put(Make("a", "key", "shared"));
  Put(Make("a", "value", ":.c:own"));
  Put(Make("b", "value", "shared"));
  EXPECT_THAT(Subjects({.resource_name = "a"}), ElementsAre("shared", ":.c:own"));
  EXPECT_THAT(Subjects({.resource_id = "id-b"}), ElementsAre("shared"));
  EXPECT_THAT(Subjects({.subject = Subject(".", "shared")}), ElementsAre("shared", "shared"));
  EXPECT_THAT(Subjects({.resource_name = "a", .resource_namespace = "other"}), IsEmpty());
  EXPECT_THAT(Subjects({.resource_type = "topic"}), SizeIs(3));
  EXPECT_THAT(Subjects({.resource_id = "id-c"}), IsEmpty());
}

TEST_F(AssociationTableTest, ForgetsWhatIsErasedOrReplaced) {
  Put(Make("a", "key", "s"));
  Association renamed = Make("a", "key", "s");
  renamed.resource_id = "id-2";
  Put(renamed);
  EXPECT_THAT(Subjects({.resource_id = "id-a"}), IsEmpty());
  EXPECT_THAT(Subjects({.resource_id = "id-2"}), ElementsAre("s"));
  table_.Erase(AssociationKey(renamed));
  EXPECT_THAT(Subjects({}), IsEmpty());
  EXPECT_THAT(table_.keys(), IsEmpty());
}

// Another registry's, of a kind that is not known: settled as it is, never shown.
TEST_F(AssociationTableTest, KeepsWhatItDoesNotUnderstand) {
  const RecordKey key = AssociationKey(Make("a", "key", "s"));
  table_.Put(key, {R"({"from":"the future"})"});
  EXPECT_THAT(Subjects({}), IsEmpty());
  ASSERT_TRUE(table_.Find(key).has_value());
  EXPECT_EQ(table_.Find(key)->json, R"({"from":"the future"})");
}

}  // namespace
}  // namespace regent
