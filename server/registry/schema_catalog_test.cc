#include "server/registry/schema_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "server/registry/testing/word_format.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kLive = ReferenceScope::kLiveOnly;
constexpr auto kAny = ReferenceScope::kAny;

class SchemaCatalogTest : public ::testing::Test {
 protected:
  static Reference Refer(const std::string& name, const std::string& subject, int version = 1) {
    return {name, Subject::Parse(subject), Version(version)};
  }

  // As another registry may have written it: whatever the references say.
  void Store(const std::string& subject, int version, const std::string& text, std::vector<Reference> references = {},
             bool deleted = false) {
    RecordKey key;
    key.type = KeyType::kSchema;
    key.subject = Subject::Parse(subject);
    key.version = Version(version);
    SchemaRecord value;
    value.id = SchemaId(next_ + 1);
    value.content.text = text;
    value.content.references = std::move(references);
    value.deleted = deleted;
    state_.Apply({Offset(next_), 1000 + next_, EncodeRecord(key, value)});
    ++next_;
  }

  SchemaCatalog Catalog(int max_references = 1000) {
    SchemaCatalog::Options options;
    options.max_references = max_references;
    return SchemaCatalog({&format_}, &state_, options);
  }

  std::vector<std::string> Names(const std::vector<Reference>& references, ReferenceScope scope = kAny) {
    const auto resolved = Catalog().Resolve(references, scope);
    EXPECT_TRUE(resolved.ok()) << resolved.status();
    std::vector<std::string> names;
    if (!resolved.ok()) return names;
    for (const NamedSchema& schema : *resolved) names.push_back(schema.name + "=" + schema.text);
    return names;
  }

  WordFormat format_;
  State state_{"log"};
  int64_t next_ = 0;
};

TEST_F(SchemaCatalogTest, ChildrenComeFirstAndEachNameOnce) {
  Store("c", 1, "c");
  Store("b", 1, "b", {Refer("c", "c")});
  Store("a", 1, "a", {Refer("b", "b"), Refer("c", "c")});
  EXPECT_THAT(Names({Refer("a", "a"), Refer("b", "b")}), ElementsAre("c=c", "b=b", "a=a"));
}

TEST_F(SchemaCatalogTest, OfOneNameTheFirstMetCounts) {
  Store("c", 1, "old");
  Store("c", 2, "new");
  Store("a", 1, "a", {Refer("c", "c", 1)});
  EXPECT_THAT(Names({Refer("a", "a"), Refer("c", "c", 2)}), ElementsAre("c=old", "a=a"));
  EXPECT_THAT(Names({Refer("c", "c", 2), Refer("a", "a")}), ElementsAre("c=new", "a=a"));
}

TEST_F(SchemaCatalogTest, OneVersionOfANameWhereThatIsAsked) {
  Store("c", 1, "old");
  Store("c", 2, "new");
  Store("a", 1, "a", {Refer("c", "c", 1)});
  SchemaCatalog::Options options;
  options.one_version_per_name = true;
  const SchemaCatalog strict({&format_}, &state_, options);
  EXPECT_TRUE(strict.Resolve({Refer("a", "a"), Refer("c", "c", 1)}, kLive).ok());
  const auto refused = strict.Resolve({Refer("a", "a"), Refer("c", "c", 2)}, kLive);
  EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(refused.status().message()), AllOf(HasSubstr("version 1"), HasSubstr("version 2")));
  // What is stored is read as it always was.
  EXPECT_TRUE(strict.Resolve({Refer("a", "a"), Refer("c", "c", 2)}, kAny).ok());
}

TEST_F(SchemaCatalogTest, ReferencesThatGoRoundEnd) {
  Store("a", 1, "a", {Refer("b", "b")});
  Store("b", 1, "b", {Refer("a", "a")});
  Store("self", 1, "self", {Refer("self", "self")});
  EXPECT_THAT(Names({Refer("a", "a")}), ElementsAre("b=b", "a=a"));
  EXPECT_THAT(Names({Refer("self", "self")}), ElementsAre("self=self"));
}

TEST_F(SchemaCatalogTest, MoreReferencesThanTheLimitAreTooComplex) {
  for (int i = 0; i < 50; ++i) {
    const std::string name = "s" + std::to_string(i);
    Store(name, 1, name,
          i == 0 ? std::vector<Reference>()
                 : std::vector<Reference>{Refer("s" + std::to_string(i - 1), "s" + std::to_string(i - 1))});
  }
  EXPECT_TRUE(Catalog(50).Resolve({Refer("s49", "s49")}, kAny).ok());
  EXPECT_EQ(ReasonOf(Catalog(49).Resolve({Refer("s49", "s49")}, kAny).status()), ErrorReason::kSchemaTooComplex);
}

TEST_F(SchemaCatalogTest, ADeepChainCostsNoStack) {
  constexpr int kDeep = 20000;
  for (int i = 0; i < kDeep; ++i) {
    const std::string name = "s" + std::to_string(i);
    Store(name, 1, "x",
          i == 0 ? std::vector<Reference>()
                 : std::vector<Reference>{Refer("s" + std::to_string(i - 1), "s" + std::to_string(i - 1))});
  }
  const std::string last = "s" + std::to_string(kDeep - 1);
  const auto resolved = Catalog(kDeep).Resolve({Refer(last, last)}, kAny);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->size(), static_cast<size_t>(kDeep));
}

TEST_F(SchemaCatalogTest, OnlyNewSchemasMayNotReferToDeletedOnes) {
  Store("gone", 1, "gone", {}, /*deleted=*/true);
  Store("user", 1, "user", {Refer("gone", "gone")});
  EXPECT_EQ(ReasonOf(Catalog().Resolve({Refer("gone", "gone")}, kLive).status()), ErrorReason::kReferenceNotFound);
  EXPECT_THAT(Names({Refer("gone", "gone")}), ElementsAre("gone=gone"));
  // What a live schema refers to has been allowed before.
  EXPECT_THAT(Names({Refer("user", "user")}, kLive), ElementsAre("gone=gone", "user=user"));
}

TEST_F(SchemaCatalogTest, WhatIsMissingIsNamedWithTheReference) {
  Store("user", 1, "user", {Refer("inner", "nobody", 7)});
  const auto missing = Catalog().Resolve({Refer("user", "user")}, kAny);
  EXPECT_EQ(ReasonOf(missing.status()), ErrorReason::kReferenceNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("subject \"nobody\" and version 7 (reference \"inner\")"));
  EXPECT_EQ(DetailOf(missing.status()).subject, Subject::Parse("nobody"));
}

TEST_F(SchemaCatalogTest, TheLatestIsTheLatestLiveOne) {
  Store("a", 1, "one");
  Store("a", 2, "two");
  Store("a", 3, "three", {}, /*deleted=*/true);
  std::vector<Reference> references = {Refer("a", "a", -1)};
  ASSERT_TRUE(Catalog().PinReferences(&references).ok());
  EXPECT_EQ(references[0].version, Version(2));
}

TEST_F(SchemaCatalogTest, ReferencesThatLackAPartAreRefused) {
  Store("a", 1, "a");
  for (const Reference& reference : {Refer("", "a"), Refer("a", ""), Refer("a", "a", 0), Refer("a", "a", -2)}) {
    std::vector<Reference> references = {reference};
    EXPECT_EQ(ReasonOf(Catalog().PinReferences(&references)), ErrorReason::kSchemaInvalid) << reference.name;
  }
}

TEST_F(SchemaCatalogTest, AStoredSchemaIsParsedOnce) {
  Store("base", 1, "base");
  Store("a", 1, "@base", {Refer("base", "base")});
  const SchemaCatalog catalog = Catalog();
  const auto stored = state_.FindSubject(Subject::Parse("a"))->Find(Version(1))->stored;
  const auto first = catalog.ParseStored(stored);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*catalog.ParseStored(stored), *first);
}

}  // namespace
}  // namespace regent
