#include "server/registry/schema_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "server/registry/testing/word_format.h"
#include "store/record_codec.h"

namespace regent {
namespace {

class SchemaMatchTest : public ::testing::Test {
 protected:
  void Store(const std::string& subject, int version, SchemaContent content, bool deleted = false) {
    const RecordKey key{.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(version)};
    state_.Apply({Offset(next_), 1000, EncodeRecord(key, SchemaRecord{SchemaId(next_ + 1), content, deleted, {}})});
    ++next_;
  }
  static SchemaContent Content(const std::string& text) {
    SchemaContent content;
    content.text = text;
    return content;
  }
  std::shared_ptr<const SubjectView> View(const std::string& subject) {
    return state_.FindSubject(Subject::Parse(subject));
  }
  const VersionEntry* Equivalent(const SubjectView& view, const SchemaContent& content,
                                 Deleted deleted = Deleted::kExclude) {
    const auto parsed = catalog_.ParseNew(content, Validation::kLenient, ReferenceScope::kAny);
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return parsed.ok() ? FindEquivalent(catalog_, view, content, **parsed, deleted) : nullptr;
  }
  const VersionEntry* WithHash(const SubjectView& view, const SchemaContent& content,
                               Deleted deleted = Deleted::kExclude) {
    return FindByHash(catalog_, view, content.type, HashOf(content), deleted);
  }

  WordFormat format_;
  State state_{"log"};
  SchemaCatalog catalog_{{&format_}, &state_, {}};
  int next_ = 0;
};

// What is found in a subject with many versions is what looking at each would find: here each is a view of its own.
TEST_F(SchemaMatchTest, ManyVersionsAreAsManyViewsOfOne) {
  for (const char* base : {"one", "two"}) Store(base, 1, Content(base));
  std::mt19937 random(20261124);
  const auto any = [&](size_t below) { return static_cast<size_t>(random() % below); };
  const auto random_content = [&] {
    const std::vector<std::string> words = {"a", "b", "c", "@r"};
    SchemaContent content;
    for (size_t i = 0; i < 1 + any(3); ++i) content.text += words[any(3)] + " ";
    content.text += words[any(4)];
    for (const char* base : {"one", "two"}) {
      if (content.text.find('@') != std::string::npos || any(4) == 0) {
        content.references.push_back({"r", Subject::Parse(base), Version(1)});
        if (any(2) == 0) break;
      }
    }
    if (any(3) == 0) content.metadata.emplace();
    if (content.metadata && any(2) == 0) content.metadata->properties["owner"] = any(2) == 0 ? "x" : "y";
    if (content.metadata && any(2) == 0) content.metadata->properties[kVersionProperty] = std::to_string(1 + any(80));
    if (any(5) == 0) {
      content.rule_set.emplace();
      content.rule_set->enable_at = any(2) == 0 ? "now" : "then";
    }
    return content;
  };
  for (int version = 1; version <= 80; ++version) {
    SchemaContent content = random_content();
    // Another registry's, which this one does not understand, and one whose references are lost.
    if (version % 20 == 0) content.text = "!";
    if (version % 33 == 0) content.references = {{"r", Subject::Parse("nobody"), Version(1)}};
    Store("many", version, content, any(4) == 0);
  }
  const auto view = View("many");
  int found = 0;
  for (int i = 0; i < 3000; ++i) {
    SchemaContent asked = random_content();
    if (asked.text.find('@') != std::string::npos && any(2) == 0) {
      asked.text = "a b";
      asked.references.clear();
    }
    const Deleted deleted = std::vector{Deleted::kExclude, Deleted::kInclude, Deleted::kOnly}[any(3)];
    Version equivalent;
    Version same;
    for (auto it = view->versions.rbegin(); it != view->versions.rend(); ++it) {
      SubjectView alone;
      alone.versions.Put(*it);
      if (equivalent == Version() && Equivalent(alone, asked, deleted) != nullptr) equivalent = it->version;
      if (same == Version() && WithHash(alone, asked, deleted) != nullptr) same = it->version;
    }
    const VersionEntry* entry = Equivalent(*view, asked, deleted);
    ASSERT_EQ(entry == nullptr ? Version() : entry->version, equivalent) << asked.text;
    if (entry != nullptr) ++found;
    entry = WithHash(*view, asked, deleted);
    ASSERT_EQ(entry == nullptr ? Version() : entry->version, same) << asked.text;
  }
  EXPECT_GT(found, 100);
}

// Each look used to compare with every version.
TEST_F(SchemaMatchTest, ALookComparesWithThoseThatMayBeEquivalent) {
  for (int version = 1; version <= 500; ++version)
    Store("many", version, Content("v" + std::to_string(version) + " x"));
  const auto view = View("many");
  ASSERT_NE(Equivalent(*view, Content("x v1")), nullptr);
  const int64_t parsed = WordFormat::work().parsed;
  const int64_t tested = WordFormat::work().tested_for_equivalence;
  EXPECT_EQ(Equivalent(*view, Content("x v7"))->version, Version(7));
  EXPECT_EQ(Equivalent(*view, Content("x v8 y")), nullptr);
  EXPECT_EQ(WordFormat::work().parsed - parsed, 2) << "beside the two that were asked about";
  EXPECT_EQ(WordFormat::work().tested_for_equivalence - tested, 1);
}

// Data contracts: one text, other metadata each time.
TEST_F(SchemaMatchTest, VersionsThatDifferInMetadataAloneAreNotComparedEither) {
  SchemaContent content = Content("a b");
  content.metadata.emplace();
  for (int version = 1; version <= 500; ++version) {
    content.metadata->properties["build"] = std::to_string(version);
    Store("many", version, content);
  }
  const auto view = View("many");
  ASSERT_NE(Equivalent(*view, content), nullptr);
  const int64_t tested = WordFormat::work().tested_for_equivalence;
  content.metadata->properties["build"] = "77";
  EXPECT_EQ(Equivalent(*view, content)->version, Version(77));
  content.metadata->properties["build"] = "501";
  EXPECT_EQ(Equivalent(*view, content), nullptr);
  EXPECT_EQ(WordFormat::work().tested_for_equivalence - tested, 1);
}

}  // namespace
}  // namespace regent
