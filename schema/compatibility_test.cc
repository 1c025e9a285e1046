#include "schema/compatibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "schema/avro/avro_format.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A schema is the set of letters it can read and writes.
class LetterSchema : public ParsedSchema {
 public:
  explicit LetterSchema(std::string letters, SchemaType type = SchemaType::kAvro)
      : letters_(std::move(letters)), type_(type) {}
  SchemaType type() const override { return type_; }
  const std::string& canonical() const override { return letters_; }
  std::string normalized() const override { return letters_; }

 private:
  const std::string letters_;
  const SchemaType type_;
};

// A reader must know every letter that the writer writes. Notes each comparison as "reader<writer".
class LetterFormat : public Format {
 public:
  SchemaType type() const override { return SchemaType::kAvro; }
  absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text, absl::Span<const NamedSchema>,
                                                            Validation, const FormatLimits&) const override {
    return std::make_shared<const LetterSchema>(std::string(text));
  }
  bool Equivalent(const ParsedSchema& a, const ParsedSchema& b) const override {
    return a.canonical() == b.canonical();
  }
  uint64_t EquivalenceKey(const ParsedSchema& schema) const override { return schema.canonical().size(); }
  absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer, CompatibilityPolicy,
                                     const FormatLimits&) const override {
    compared.push_back(reader.canonical() + "<" + writer.canonical());
    if (writer.canonical() == "!") return errors::SchemaTooComplex("too much to compare");
    Comparison comparison;
    for (char letter : writer.canonical()) {
      if (reader.canonical().find(letter) != std::string::npos) continue;
      Difference difference;
      difference.type = "LETTER_MISSING";
      difference.path = std::string("/") + letter;
      difference.message = std::string("no ") + letter;
      difference.fix = std::string("add ") + letter;
      difference.old_snippet = writer.canonical();
      difference.new_snippet = reader.canonical();
      comparison.differences.push_back(difference);
    }
    comparison.truncated = writer.canonical().size() > 5;
    return comparison;
  }
  std::vector<std::string> TopLevelFields(const ParsedSchema&) const override { return {}; }
  absl::StatusOr<std::string> Render(const ParsedSchema& schema, std::string_view) const override {
    return schema.canonical();
  }

  mutable std::vector<std::string> compared;
};

class CompatibilityTest : public testing::Test {
 protected:
  void Register(std::string letters, SchemaType type = SchemaType::kAvro) {
    RegisteredVersion version;
    version.version = Version(static_cast<int>(live_.size()) + 1);
    version.type = type;
    version.parse = [this, letters]() -> absl::StatusOr<std::shared_ptr<const ParsedSchema>> {
      parsed_.push_back(letters);
      if (letters == "?") return errors::SchemaInvalid("unreadable");
      return std::make_shared<const LetterSchema>(letters);
    };
    live_.push_back(std::move(version));
  }

  absl::StatusOr<CompatibilityReport> Check(CompatibilityLevel level, const std::string& candidate) {
    return CheckCompatibility(level, CompatibilityPolicy::kStrict, format_, LetterSchema(candidate), live_,
                              FormatLimits());
  }

  // Avro schemas that Avro itself can read one another's data of; the types of what LOGICAL finds.
  static std::vector<std::string> LogicalProblems(CompatibilityLevel level, const std::string& old_text,
                                                  const std::string& new_text) {
    const auto parse = [](const std::string& text) {
      return AvroFormat().Parse(text, {}, Validation::kStrict, FormatLimits());
    };
    RegisteredVersion registered;
    registered.version = Version(1);
    registered.parse = [&] { return parse(old_text); };
    std::vector<std::string> types;
    for (const CompatibilityPolicy policy : {CompatibilityPolicy::kStrict, CompatibilityPolicy::kLogical}) {
      const auto report =
          CheckCompatibility(level, policy, AvroFormat(), **parse(new_text), {registered}, FormatLimits());
      EXPECT_TRUE(report.ok()) << report.status();
      if (!report.ok()) return types;
      EXPECT_TRUE(policy == CompatibilityPolicy::kLogical || report->compatible);
      for (const Difference& difference : report->versions.at(0).differences) types.push_back(difference.type);
    }
    return types;
  }

  LetterFormat format_;
  std::vector<RegisteredVersion> live_;
  std::vector<std::string> parsed_;
};

TEST_F(CompatibilityTest, NoneLooksAtNothing) {
  Register("abc");
  const CompatibilityReport report = *Check(CompatibilityLevel::kNone, "x");
  EXPECT_TRUE(report.compatible);
  EXPECT_THAT(report.versions, IsEmpty());
  EXPECT_THAT(parsed_, IsEmpty());
}

TEST_F(CompatibilityTest, FirstVersionIsCompatibleAtEveryLevel) {
  for (CompatibilityLevel level : {CompatibilityLevel::kBackward, CompatibilityLevel::kForwardTransitive,
                                   CompatibilityLevel::kFull, CompatibilityLevel::kFullTransitive}) {
    EXPECT_TRUE(Check(level, "x")->compatible) << CompatibilityLevelName(level);
  }
}

TEST_F(CompatibilityTest, BackwardHasTheCandidateReadTheLatestOnly) {
  Register("a");
  Register("ab");
  EXPECT_TRUE(Check(CompatibilityLevel::kBackward, "abc")->compatible);
  EXPECT_THAT(format_.compared, ElementsAre("abc<ab"));
  EXPECT_THAT(parsed_, ElementsAre("ab"));
}

TEST_F(CompatibilityTest, ForwardHasTheLatestReadTheCandidate) {
  Register("ab");
  EXPECT_TRUE(Check(CompatibilityLevel::kForward, "a")->compatible);
  EXPECT_THAT(format_.compared, ElementsAre("ab<a"));
}

TEST_F(CompatibilityTest, TransitiveLevelsGoFromTheNewestToTheOldest) {
  Register("a");
  Register("b");
  Register("c");
  EXPECT_TRUE(Check(CompatibilityLevel::kBackwardTransitive, "abc")->compatible);
  EXPECT_THAT(format_.compared, ElementsAre("abc<c", "abc<b", "abc<a"));
}

TEST_F(CompatibilityTest, StopsAtTheFirstVersionThatDoesNotFit) {
  Register("x");
  Register("y");
  Register("a");
  const CompatibilityReport report = *Check(CompatibilityLevel::kBackwardTransitive, "a");
  EXPECT_FALSE(report.compatible);
  ASSERT_EQ(report.versions.size(), 2u);
  EXPECT_EQ(report.versions[0].version, Version(3));
  EXPECT_THAT(report.versions[0].differences, IsEmpty());
  EXPECT_EQ(report.versions[1].version, Version(2));
  EXPECT_THAT(parsed_, ElementsAre("a", "y"));
}

TEST_F(CompatibilityTest, ForwardTransitiveComparesAllVersions) {
  Register("ab");
  Register("abc");
  EXPECT_FALSE(Check(CompatibilityLevel::kForwardTransitive, "abc")->compatible);
  EXPECT_THAT(format_.compared, ElementsAre("abc<abc", "ab<abc"));
}

TEST_F(CompatibilityTest, FullReportsForwardBeforeBackward) {
  Register("ab");
  const CompatibilityReport report = *Check(CompatibilityLevel::kFull, "bc");
  ASSERT_EQ(report.versions.size(), 1u);
  const std::vector<Difference>& differences = report.versions[0].differences;
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].path, "/c");
  EXPECT_EQ(differences[0].breaks, Difference::Breaks::kOldReader);
  EXPECT_EQ(differences[1].path, "/a");
  EXPECT_EQ(differences[1].breaks, Difference::Breaks::kNewReader);
}

TEST_F(CompatibilityTest, SnippetsAreOfTheRegisteredVersionAndOfTheNewSchemaInEveryDirection) {
  Register("ab");
  for (CompatibilityLevel level : {CompatibilityLevel::kBackward, CompatibilityLevel::kForward}) {
    const CompatibilityReport report = *Check(level, "xy");
    ASSERT_THAT(report.versions.at(0).differences, SizeIs(2));
    EXPECT_EQ(report.versions[0].differences[0].old_snippet, "ab");
    EXPECT_EQ(report.versions[0].differences[0].new_snippet, "xy");
  }
}

TEST_F(CompatibilityTest, WhatIsWrongWhateverTheSchemasSayComesFirst) {
  Register("ab");
  live_.back().reserved.push_back({.type = "RESERVED_FIELD_REMOVED"});
  const CompatibilityReport report = *Check(CompatibilityLevel::kForward, "abc");
  ASSERT_THAT(report.versions.at(0).differences, SizeIs(2));
  EXPECT_EQ(report.versions[0].differences[0].type, "RESERVED_FIELD_REMOVED");
  EXPECT_FALSE(report.compatible);
}

TEST_F(CompatibilityTest, FullComparesTheLatestOnly) {
  Register("x");
  Register("a");
  EXPECT_TRUE(Check(CompatibilityLevel::kFull, "a")->compatible);
}

TEST_F(CompatibilityTest, FullTransitiveComparesAllVersionsBothWays) {
  Register("a");
  Register("a");
  EXPECT_TRUE(Check(CompatibilityLevel::kFullTransitive, "a")->compatible);
  EXPECT_EQ(format_.compared.size(), 4u);
}

TEST_F(CompatibilityTest, AnotherFormatIsOneDifferenceAndIsNotParsed) {
  Register("{}", SchemaType::kJson);
  const CompatibilityReport report = *Check(CompatibilityLevel::kFull, "a");
  EXPECT_FALSE(report.compatible);
  ASSERT_EQ(report.versions.size(), 1u);
  ASSERT_EQ(report.versions[0].differences.size(), 1u);
  EXPECT_EQ(report.versions[0].differences[0].type, "INCOMPATIBLE_TYPE");
  EXPECT_THAT(report.versions[0].differences[0].message, HasSubstr("JSON"));
  EXPECT_THAT(parsed_, IsEmpty());
}

TEST_F(CompatibilityTest, AnotherFormatBreaksTheOldReaderAtForward) {
  Register("{}", SchemaType::kJson);
  const CompatibilityReport report = *Check(CompatibilityLevel::kForward, "a");
  EXPECT_EQ(report.versions[0].differences[0].breaks, Difference::Breaks::kOldReader);
}

TEST_F(CompatibilityTest, AnUnreadableVersionEndsTheCheckWithItsError) {
  Register("?");
  EXPECT_EQ(ReasonOf(Check(CompatibilityLevel::kBackward, "a").status()), ErrorReason::kSchemaInvalid);
}

TEST_F(CompatibilityTest, AVersionThatTheLevelDoesNotLookAtMayBeUnreadable) {
  Register("?");
  Register("a");
  EXPECT_TRUE(Check(CompatibilityLevel::kFull, "a")->compatible);
}

TEST_F(CompatibilityTest, AnExhaustedBudgetEndsTheCheckWithItsError) {
  Register("!");
  EXPECT_EQ(ReasonOf(Check(CompatibilityLevel::kBackward, "a").status()), ErrorReason::kSchemaTooComplex);
}

TEST_F(CompatibilityTest, TruncationIsPassedOn) {
  Register("abcdefgh");
  EXPECT_TRUE(Check(CompatibilityLevel::kBackward, "a")->versions[0].truncated);
}

TEST_F(CompatibilityTest, LogicalLooksAtTheTablesInTheDirectionsOfTheLevel) {
  const std::string narrow = R"({"type":"bytes","logicalType":"decimal","precision":9,"scale":2})";
  const std::string wide = R"({"type":"bytes","logicalType":"decimal","precision":12,"scale":2})";
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kBackward, narrow, wide), IsEmpty());
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kBackward, wide, narrow), ElementsAre("LOGICAL_TYPE_CHANGED"));
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kForward, narrow, wide), ElementsAre("LOGICAL_TYPE_CHANGED"));
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kForward, wide, narrow), IsEmpty());
}

TEST_F(CompatibilityTest, LogicalRefusesANewSchemaWithoutATableAndForgivesAnOldOne) {
  const std::string endless =
      R"({"type":"record","name":"R","fields":[{"name":"a","type":["null","R"],"default":null}]})";
  const std::string finite = R"({"type":"record","name":"R","fields":[]})";
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kBackward, finite, endless),
              ElementsAre("LOGICAL_TYPE_NOT_CONVERTIBLE"));
  EXPECT_THAT(LogicalProblems(CompatibilityLevel::kFull, endless, finite), IsEmpty());
}

TEST_F(CompatibilityTest, DescriptionHasALineForEachDifferenceWithItsFix) {
  Register("ab");
  const std::string text = DescribeReport(*Check(CompatibilityLevel::kFull, "bc"));
  EXPECT_THAT(text, HasSubstr("not compatible (FULL) with version 1:"));
  EXPECT_THAT(text, HasSubstr("\n- LETTER_MISSING at /c (the old schema, as reader, cannot read new data): no c. "
                              "To fix: add c"));
  EXPECT_THAT(text, HasSubstr("\n- LETTER_MISSING at /a (the new schema, as reader, cannot read old data): no a. "
                              "To fix: add a"));
}

TEST_F(CompatibilityTest, DescriptionSaysThatThereIsMore) {
  Register("abcdefgh");
  EXPECT_THAT(DescribeReport(*Check(CompatibilityLevel::kBackward, "a")), HasSubstr("and more"));
}

TEST_F(CompatibilityTest, DescriptionOfSuccessNamesTheLevel) {
  EXPECT_EQ(DescribeReport(*Check(CompatibilityLevel::kBackward, "a")),
            "compatible (BACKWARD): nothing to compare with");
  Register("a");
  EXPECT_EQ(DescribeReport(*Check(CompatibilityLevel::kBackward, "a")), "compatible (BACKWARD) with 1 version");
}

}  // namespace
}  // namespace regent
