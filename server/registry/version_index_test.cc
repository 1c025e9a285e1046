#include "server/registry/version_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VersionIndexTest : public ::testing::Test {
 protected:
  static VersionEntry Entry(int version, SchemaId id) {
    return {Version(version), false, std::make_shared<const StoredSchema>(StoredSchema{".", id, {}, {}}), 0, Offset(0)};
  }
  // Versions 1 to `count`, each with its own key but for every tenth.
  static SubjectView View(int count) {
    SubjectView view;
    for (int version = 1; version <= count; ++version) {
      view.versions.Put(Entry(version, SchemaId(version % 10 == 0 ? 1000 : version)));
    }
    return view;
  }
  std::vector<Version> Find(const SubjectView& view, uint64_t key, VersionIndex::By by = VersionIndex::By::kHash) {
    return index_.Find(view, by, key, [&](const VersionEntry& entry) -> std::optional<VersionIndex::Keys> {
      ++asked_;
      if (entry.stored->id == SchemaId(13)) return std::nullopt;
      return VersionIndex::Keys{static_cast<uint64_t>(entry.stored->id.value())};
    });
  }

  VersionIndex index_{1000};
  int asked_ = 0;
};

TEST_F(VersionIndexTest, FindsTheNewestFirst) {
  const SubjectView view = View(35);
  EXPECT_THAT(Find(view, 1000), ElementsAre(Version(30), Version(20), Version(13), Version(10)));
  EXPECT_THAT(Find(view, 7), ElementsAre(Version(13), Version(7)));
}

TEST_F(VersionIndexTest, AVersionWithoutKeysIsAmongAllThatIsFound) {
  EXPECT_THAT(Find(View(20), 5000), ElementsAre(Version(13)));
}

TEST_F(VersionIndexTest, LooksOnceAtEachVersion) {
  SubjectView view = View(200);
  Find(view, 1);
  EXPECT_EQ(asked_, 200);
  Find(view, 1);
  EXPECT_EQ(asked_, 200);
  for (int version = 201; version <= 300; ++version) {
    view.versions.Put(Entry(version, SchemaId(version)));
    EXPECT_THAT(Find(view, version), ElementsAre(Version(version), Version(13)));
    EXPECT_EQ(asked_, version);
  }
  // Marked deleted, or gone, but for the last: nothing has another content.
  VersionEntry deleted = *view.Find(Version(5));
  deleted.deleted = true;
  view.versions.Put(deleted);
  view.versions.Erase(Version(6));
  Find(view, 1);
  EXPECT_EQ(asked_, 300);
}

TEST_F(VersionIndexTest, WhatIsFoundSeparatelyIsLearntSeparately) {
  const SubjectView view = View(20);
  Find(view, 1);
  EXPECT_THAT(Find(view, 1, VersionIndex::By::kMeaning), ElementsAre(Version(13), Version(1)));
  EXPECT_EQ(asked_, 40);
}

TEST_F(VersionIndexTest, ANumberThatHasAnotherContentIsLookedAtAgain) {
  SubjectView view = View(20);
  Find(view, 1);
  view.versions.Put(Entry(5, SchemaId(500)));
  EXPECT_THAT(Find(view, 500), ElementsAre(Version(13), Version(5)));
  view.versions.Erase(Version(20));
  view.versions.Put(Entry(20, SchemaId(600)));
  EXPECT_THAT(Find(view, 600), ElementsAre(Version(20), Version(13)));
  view.versions.Erase(Version(8));
  view.versions.Put(Entry(8, SchemaId(800)));
  EXPECT_THAT(Find(view, 800), ElementsAre(Version(13), Version(8)));
}

TEST_F(VersionIndexTest, AnOlderViewDoesNotHideWhatIsNew) {
  const SubjectView before = View(20);
  SubjectView after = before;
  after.versions.Put(Entry(21, SchemaId(21)));
  Find(after, 1);
  Find(before, 1);
  EXPECT_THAT(Find(after, 21), ElementsAre(Version(21), Version(13)));
  EXPECT_EQ(asked_, 21);
}

TEST_F(VersionIndexTest, ForgetsWhatWasNotAskedForLongest) {
  const SubjectView first = View(400);
  const SubjectView second = View(400);
  Find(first, 1);
  Find(second, 1);
  Find(first, 1);
  Find(View(400), 1);
  EXPECT_EQ(index_.versions_known(), 800u);
  asked_ = 0;
  Find(first, 1);
  EXPECT_EQ(asked_, 0);
  Find(second, 1);
  EXPECT_EQ(asked_, 400);
}

TEST_F(VersionIndexTest, OneSubjectMayBeLargerThanTheBound) {
  const SubjectView view = View(5000);
  Find(view, 1);
  asked_ = 0;
  EXPECT_THAT(Find(view, 4711), ElementsAre(Version(4711), Version(13)));
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(index_.versions_known(), 5000u);
}

}  // namespace
}  // namespace regent
