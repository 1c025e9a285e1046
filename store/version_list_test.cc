#include "store/version_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::shared_ptr<const StoredSchema> Stored(int id) {
  return std::make_shared<const StoredSchema>(StoredSchema{".", SchemaId(id), {}, {}});
}

VersionEntry Entry(int version, std::shared_ptr<const StoredSchema> stored = nullptr) {
  return {Version(version), false, std::move(stored), 0, Offset(version)};
}

VersionList Count(int versions) {
  VersionList list;
  for (int version = 1; version <= versions; ++version) list.Put(Entry(version));
  return list;
}

std::vector<int> Numbers(const VersionList& list) {
  std::vector<int> numbers;
  for (const VersionEntry& entry : list) numbers.push_back(entry.version.value());
  return numbers;
}

TEST(VersionListTest, OneVersionCostsNoMoreThanItself) { EXPECT_EQ(sizeof(VersionList), sizeof(VersionEntry) + 8); }

TEST(VersionListTest, IsInOrderHoweverItWasFilled) {
  VersionList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  for (const int version : {5, 3, 9, 1, 4}) list.Put(Entry(version));
  EXPECT_THAT(Numbers(list), ElementsAre(1, 3, 4, 5, 9));
  EXPECT_EQ(list.front().version, Version(1));
  EXPECT_EQ(list.back().version, Version(9));
}

// Every change on copies of one list: none is seen through another, and each is what a map would be.
TEST(VersionListTest, CopiesGoTheirOwnWays) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::pair<VersionList, std::map<int, int>>> copies(1);
    int next = 1;
    for (int step = 0; step < 600; ++step) {
      auto [list, model] = copies[random() % copies.size()];
      // Mostly appended to, as lists are; removed from and overwritten here and there.
      const int kind = static_cast<int>(random() % 10);
      const int version = kind < 6 || model.empty() ? next++ : static_cast<int>(random() % next) + 1;
      if (kind == 9) {
        list.Erase(Version(version));
        model.erase(version);
      } else {
        VersionEntry entry = Entry(version);
        entry.timestamp_ms = step;
        list.Put(entry);
        model[version] = step;
      }
      if (copies.size() < 5) {
        copies.emplace_back(std::move(list), std::move(model));
      } else {
        copies[random() % copies.size()] = {std::move(list), std::move(model)};
      }
      if (step % 37 != 0) continue;
      for (const auto& [each, expected] : copies) {
        std::vector<std::pair<int, int>> seen;
        for (const VersionEntry& entry : each) seen.emplace_back(entry.version.value(), entry.timestamp_ms);
        ASSERT_THAT(seen, ElementsAreArray(expected.begin(), expected.end())) << round << " " << step;
        std::vector<std::pair<int, int>> back;
        for (auto it = each.rbegin(); it != each.rend(); ++it) {
          back.emplace_back(it->version.value(), it->timestamp_ms);
        }
        ASSERT_THAT(back, ElementsAreArray(expected.rbegin(), expected.rend()));
        ASSERT_EQ(each.size(), expected.size());
        for (int version = 0; version <= next; ++version) {
          const VersionEntry* found = each.Find(Version(version));
          ASSERT_EQ(found == nullptr ? Version() : found->version,
                    expected.contains(version) ? Version(version) : Version());
        }
      }
    }
  }
}

// A version more used to cost a copy of all: 10,000 versions, 50 million copied entries.
TEST(VersionListTest, AVersionMoreCopiesFewEntries) {
  constexpr int kVersions = 10000;
  const auto stored = Stored(1);
  std::vector<VersionList> all(1);  // as readers may hold them
  long copied_before = 0;
  for (int version = 1; version <= kVersions; ++version) {
    VersionList next = all.back();
    const long before = stored.use_count();
    next.Put(Entry(version, stored));
    copied_before += stored.use_count() - before - 1;
    all.push_back(std::move(next));
  }
  EXPECT_LE(copied_before, 2 * kVersions) << "entries copied beside those that were added";
  EXPECT_EQ(all[5000].size(), 5000u);
}

TEST(VersionListTest, AChangeInTheMiddleCopiesOnePiece) {
  const auto stored = Stored(1);
  VersionList list;
  for (int version = 1; version <= 10000; ++version) list.Put(Entry(version, stored));
  const VersionList held = list;
  const long before = stored.use_count();
  VersionEntry deleted = *list.Find(Version(5000));
  deleted.deleted = true;
  list.Put(deleted);
  list.Erase(Version(7000));
  EXPECT_LE(stored.use_count() - before, static_cast<long>(2 * VersionList::kPiece + 1));
  EXPECT_FALSE(held.Find(Version(5000))->deleted);
}

TEST(VersionListTest, EntriesStayWhereTheyAre) {
  VersionList list = Count(100);
  const VersionEntry* const first = list.Find(Version(1));
  const VersionEntry* const last = list.Find(Version(100));
  const VersionList before = list;
  for (int version = 101; version <= 1000; ++version) list.Put(Entry(version));
  EXPECT_EQ(before.Find(Version(1)), first);
  EXPECT_EQ(before.Find(Version(100)), last);
  EXPECT_EQ(list.Find(Version(1)), first);
}

TEST(VersionListTest, ALineIsKeptAsLongAsNoVersionMeansSomethingElse) {
  const auto one = Stored(1);
  VersionList list;
  list.Put(Entry(1, one));
  EXPECT_EQ(list.line(), 0u) << "one version";
  list.Put(Entry(2, one));
  const uint32_t line = list.line();
  EXPECT_NE(line, 0u);
  list.Put(Entry(3, one));
  VersionEntry deleted = Entry(2, one);
  deleted.deleted = true;
  list.Put(deleted);
  list.Erase(Version(1));
  EXPECT_EQ(list.line(), line);

  VersionList replaced = list;
  replaced.Put(Entry(2, Stored(2)));
  EXPECT_NE(replaced.line(), line);
  VersionList filled = list;
  filled.Put(Entry(1, one));
  EXPECT_NE(filled.line(), line);
  VersionList shorter = Count(5);
  const uint32_t before = shorter.line();
  shorter.Erase(Version(5));
  EXPECT_NE(shorter.line(), before);
  EXPECT_NE(Count(5).line(), Count(5).line());
}

}  // namespace
}  // namespace regent
