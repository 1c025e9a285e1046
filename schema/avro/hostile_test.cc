// Inputs made to hurt: each gets a clear answer, promptly. The time allowed is of the processor, for a slow machine
// under a sanitizer; what it catches is the difference between linear and quadratic.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/avro_format.h"

namespace regent::avro {
namespace {

using Parsed = absl::StatusOr<std::shared_ptr<const ParsedSchema>>;

class HostileTest : public testing::Test {
 protected:
  // The limit of bytes is raised, so that the others are what is tried.
  HostileTest() { limits_.max_text_bytes = 8u << 20; }

  Parsed Parse(const std::string& text, const std::vector<NamedSchema>& references = {}) {
    return AvroFormat().Parse(text, references, Validation::kStrict, limits_);
  }

  ErrorReason ReasonFor(const std::string& text) { return ReasonOf(Parse(text).status()); }

  absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer) {
    return AvroFormat().Compare(reader, writer, CompatibilityPolicy::kStrict, limits_);
  }

  void ExpectAccepted(const std::string& text) {
    const Parsed parsed = Parse(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_FALSE((*parsed)->canonical().empty());
  }

  // Parses, writes, and compares the schema with itself in every way.
  void ExpectAllWorks(const std::string& text, const std::vector<NamedSchema>& references = {}) {
    const Parsed parsed = Parse(text, references);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    const Parsed again = Parse((*parsed)->canonical(), references);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ((*again)->canonical(), (*parsed)->canonical());
    EXPECT_EQ((*again)->normalized(), (*parsed)->normalized());
    EXPECT_TRUE(AvroFormat().Equivalent(**parsed, **again));
    EXPECT_TRUE(AvroFormat().Render(**parsed, "resolved").ok());
    const absl::StatusOr<Comparison> comparison = Compare(**parsed, **again);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    EXPECT_TRUE(comparison->differences.empty());
  }

  void TearDown() override { EXPECT_LT((std::clock() - start_) / CLOCKS_PER_SEC, 30) << "some step is not linear"; }

  FormatLimits limits_;
  const std::clock_t start_ = std::clock();
};

std::string Repeat(const std::string& text, int times) {
  std::string out;
  out.reserve(text.size() * times);
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string NestedArrays(int depth) {
  return Repeat(R"({"type":"array","items":)", depth) + R"("int")" + Repeat("}", depth);
}

std::string NestedRecords(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) {
    absl::StrAppend(&text, R"({"type":"record","name":"R)", i, R"(","fields":[{"name":"f","type":)");
  }
  return text + R"("int")" + Repeat("}]}", depth);
}

// count records; the fields of record i are given by `fields`.
template <typename Fields>
std::string UnionOfRecords(int count, Fields fields) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, i > 0 ? "," : "", R"({"type":"record","name":"R)", i, R"(","fields":[)", fields(i), "]}");
  }
  return text + "]";
}

// Parts joined with commas.
template <typename Part>
std::string Joined(int count, Part part) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, i > 0 ? "," : "", part(i));
  return text;
}

TEST_F(HostileTest, FiftyThousandNestedArraysAreTooComplex) {
  EXPECT_EQ(ReasonFor(NestedArrays(50000)), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, FiveThousandNestedRecordsAreTooComplex) {
  EXPECT_EQ(ReasonFor(NestedRecords(5000)), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, NestingUpToTheLimitWorks) {
  ExpectAllWorks(NestedArrays(limits_.max_depth));
  ExpectAllWorks(NestedRecords(limits_.max_depth));
}

TEST_F(HostileTest, NestingBeyondTheLimitNamesThePlace) {
  const absl::Status status = Parse(NestedArrays(limits_.max_depth + 1)).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(DetailOf(status).path.substr(0, 12), "/items/items");
  EXPECT_LT(DetailOf(status).path.size(), 400u);
  EXPECT_EQ(ReasonFor(NestedRecords(limits_.max_depth + 1)), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, OpenBracketsAreRefused) {
  EXPECT_EQ(ReasonFor(Repeat("[", 1000000)), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonFor(Repeat(R"({"type":)", 100000)), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, DeepAttributesAreTooComplex) {
  EXPECT_EQ(ReasonFor(R"({"type":"int","p":)" + Repeat("[", 5000) + Repeat("]", 5000) + "}"),
            ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, UnionOfFiveThousandRecordsWorks) {
  ExpectAllWorks(UnionOfRecords(5000, [](int) { return ""; }));
}

TEST_F(HostileTest, ComparingUnionsOfUnlikeRecordsStaysCheap) {
  const Parsed reader = Parse(UnionOfRecords(5000, [](int) { return R"({"name":"f","type":"int"})"; }));
  const Parsed writer = Parse(UnionOfRecords(5000, [](int) { return R"({"name":"f","type":"long"})"; }));
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **writer);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->differences.size(), static_cast<size_t>(limits_.max_differences));
  EXPECT_TRUE(comparison->truncated);
}

std::string RecordOfFields(int count, const char* name, const char* alias) {
  return absl::StrCat(R"({"type":"record","name":"R","fields":[)",
                      Joined(count,
                             [&](int i) {
                               return absl::StrCat(R"({"name":")", name, i, R"(","type":"int","aliases":[")", alias, i,
                                                   "\"]}");
                             }),
                      "]}");
}

std::string EnumOfSymbols(int count) {
  return absl::StrCat(R"({"type":"enum","name":"E","symbols":[)",
                      Joined(count, [](int i) { return absl::StrCat("\"S", i, "\""); }), "]}");
}

std::string RecordOfAliases(int count) {
  return absl::StrCat(R"({"type":"record","name":"R","fields":[],"aliases":[)",
                      Joined(count, [](int i) { return absl::StrCat("\"A", i, "\""); }), "]}");
}

std::string TypeOfAttributes(int count) {
  return absl::StrCat(R"({"type":"int",)", Joined(count, [](int i) { return absl::StrCat("\"p", i, "\":", i); }), "}");
}

TEST_F(HostileTest, FiftyThousandOfAnythingAreAccepted) {
  ExpectAccepted(RecordOfFields(50000, "f", "g"));
  ExpectAccepted(EnumOfSymbols(50000));
  ExpectAccepted(RecordOfAliases(50000));
  ExpectAccepted(TypeOfAttributes(50000));
}

TEST_F(HostileTest, ManyOfAnythingWork) {
  ExpectAllWorks(RecordOfFields(10000, "f", "g"));
  ExpectAllWorks(EnumOfSymbols(10000));
  ExpectAllWorks(RecordOfAliases(10000));
  ExpectAllWorks(TypeOfAttributes(10000));
}

TEST_F(HostileTest, ManyRenamedFieldsAreFoundByAlias) {
  const Parsed reader = Parse(RecordOfFields(20000, "f", "g"));
  const Parsed writer = Parse(RecordOfFields(20000, "g", "h"));
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **writer);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_TRUE(comparison->differences.empty());
}

TEST_F(HostileTest, ManySymbolsOfAnotherEnumAreMissing) {
  const Parsed reader = Parse(R"({"type":"enum","name":"E","symbols":[]})");
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **Parse(EnumOfSymbols(20000)));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->differences.size(), 1u);
}

TEST_F(HostileTest, ManySmallDefaultsOfALargeRecordWork) {
  const std::string fields =
      Joined(5000, [](int i) { return absl::StrCat(R"({"name":"f)", i, R"(","type":"int","default":0})"); });
  ExpectAllWorks(absl::StrCat(R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":)",
                              R"({"type":"record","name":"N","fields":[)", fields, R"(]}},"default":[)",
                              Joined(30000, [](int) { return "{}"; }), "]}]}"));
}

TEST_F(HostileTest, ManyDefaultsOfALargeEnumWork) {
  ExpectAllWorks(absl::StrCat(R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":)",
                              R"({"type":"enum","name":"E","symbols":[)",
                              Joined(10000, [](int i) { return absl::StrCat("\"S", i, "\""); }), R"(]}},"default":[)",
                              Joined(20000, [](int) { return "\"S9999\""; }), "]}]}"));
}

// Each record uses the one defined before it: flat to read, a chain to compare.
TEST_F(HostileTest, AChainThroughNamesIsComparedOrTooComplex) {
  const auto link = [](int i) {
    return i == 0 ? std::string() : absl::StrCat(R"({"name":"f","type":"R)", i - 1, "\"}");
  };
  ExpectAllWorks(UnionOfRecords(500, link));
  // The last is compared first: nothing has been judged yet.
  const auto root = [&](int count) {
    return absl::StrCat(R"({"type":"record","name":"Root","fields":[{"name":"all","type":)",
                        UnionOfRecords(count, link), R"(},{"name":"last","type":"R)", count - 1, "\"}]}");
  };
  ExpectAllWorks(root(300));
  const std::string text = root(5000);
  const std::vector<NamedSchema> chain = {{"chain", text}};
  const std::string user = R"({"type":"record","name":"User","fields":[{"name":"last","type":"R4999"}]})";
  const Parsed parsed = Parse(user, chain);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_TRUE(AvroFormat().Equivalent(**parsed, **Parse(user, chain)));
  EXPECT_EQ(ReasonOf(Compare(**parsed, **Parse(user, chain)).status()), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonOf(AvroFormat().Render(**parsed, "resolved").status()), ErrorReason::kSchemaTooComplex);
}

// Each record uses the one defined after it: written out at first use, they would nest.
TEST_F(HostileTest, AChainOfForwardUsesIsTooComplex) {
  const int count = 5000;
  EXPECT_EQ(ReasonFor(UnionOfRecords(count,
                                     [&](int i) {
                                       return i + 1 == count ? std::string()
                                                             : absl::StrCat(R"({"name":"f","type":"R)", i + 1, "\"}");
                                     })),
            ErrorReason::kSchemaTooComplex);
}

// Two uses of each record by the next: a tree of 2^60 paths, 60 types.
TEST_F(HostileTest, SharedTypesAreComparedOnce) {
  const auto doubled = [](const std::string& leaf) {
    return UnionOfRecords(60, [&](int i) {
      return i == 0 ? absl::StrCat(R"({"name":"x","type":")", leaf, "\"}")
                    : absl::StrCat(R"({"name":"a","type":"R)", i - 1, R"("},{"name":"b","type":"R)", i - 1, "\"}");
    });
  };
  ExpectAllWorks(doubled("int"));
  const auto wrap = [](const std::string& all) {
    return absl::StrCat(R"({"type":"record","name":"Root","fields":[{"name":"all","type":)", all,
                        R"(},{"name":"top","type":"R59"}]})");
  };
  const Parsed reader = Parse(wrap(doubled("int")));
  const Parsed writer = Parse(wrap(doubled("long")));
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **writer);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->differences.size(), static_cast<size_t>(limits_.max_differences));
  EXPECT_TRUE(comparison->truncated);
}

TEST_F(HostileTest, MoreStepsThanTheBudgetAreTooComplex) {
  limits_.max_comparison_steps = 1000;
  const Parsed parsed = Parse(
      absl::StrCat(R"({"type":"record","name":"R","fields":[)",
                   Joined(2000, [](int i) { return absl::StrCat(R"({"name":"f)", i, R"(","type":"int"})"); }), "]}"));
  EXPECT_EQ(ReasonOf(Compare(**parsed, **parsed).status()), ErrorReason::kSchemaTooComplex);
}

// Every union of the reader against every one of the writer, through all pairs of records.
TEST_F(HostileTest, AllPairsOfManyTypesEndWithinTheBudget) {
  const auto all_to_all = [](int records, const std::string& leaf) {
    std::string branches = Joined(30, [](int i) { return absl::StrCat("\"R", i, "\""); });
    return UnionOfRecords(records, [&](int i) {
      return i < 30 ? absl::StrCat(R"({"name":"x","type":")", leaf, "\"}")
                    : absl::StrCat(R"({"name":"u","type":[)", branches, R"(]},{"name":"y","type":"R)", i - 1, "\"}");
    });
  };
  const Parsed reader = Parse(all_to_all(1000, "int"));
  const Parsed writer = Parse(all_to_all(1000, "long"));
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **writer);
  if (comparison.ok()) {
    EXPECT_FALSE(comparison->differences.empty());
  } else {
    EXPECT_EQ(ReasonOf(comparison.status()), ErrorReason::kSchemaTooComplex);
  }
}

TEST_F(HostileTest, CommentsThatNeverCloseAreRefused) {
  EXPECT_EQ(ReasonFor(Repeat("/* ", 500000)), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(ReasonFor(Repeat("//", 500000)), ErrorReason::kSchemaInvalid);
}

TEST_F(HostileTest, HugeNumbersAreKept) {
  const std::string digits = Repeat("9", 100000);
  ExpectAllWorks(absl::StrCat(R"({"type":"int","p":)", digits, "}"));
  ExpectAllWorks(absl::StrCat(R"({"type":"int","p":)", digits, ".5}"));
}

TEST_F(HostileTest, ADefaultNestedInManyUnionsWorks) {
  std::string type = R"("double")";
  std::string value = "1";
  for (int i = 0; i < 100; ++i) {
    type = absl::StrCat(R"([{"type":"array","items":)", type, R"(},"null","int"])");
    value = "[" + value + "]";
  }
  ExpectAllWorks(absl::StrCat(R"({"type":"record","name":"R","fields":[{"name":"a","type":)", type, R"(,"default":)",
                              value, "}]}"));
}

TEST_F(HostileTest, BeyondTheBytesAllowedIsTooLarge) {
  limits_.max_text_bytes = 100;
  EXPECT_EQ(ReasonFor(absl::StrCat(R"({"type":"int","p":")", Repeat("x", 100), "\"}")), ErrorReason::kSchemaTooLarge);
}

TEST_F(HostileTest, ReferencesBeyondTheBytesAllowedAreTooLarge) {
  limits_.max_total_bytes = 100;
  const std::string reference = absl::StrCat(R"({"type":"fixed","name":"F","size":1,"p":")", Repeat("x", 100), "\"}");
  EXPECT_EQ(ReasonOf(Parse(R"("F")", {{"F", reference}}).status()), ErrorReason::kSchemaTooLarge);
}

TEST_F(HostileTest, TheSizeOfAFixedIsNeverAllocated) {
  ExpectAllWorks(R"({"type":"fixed","name":"F","size":2147483639})");
  EXPECT_EQ(ReasonFor(R"({"type":"fixed","name":"F","size":4611686018427387904})"), ErrorReason::kSchemaInvalid);
}

// Every type within a namespace has its full name, and every use of it asks for that.
TEST_F(HostileTest, LongNamespacesOfManyTypesAreTooComplex) {
  const auto within = [](const std::string& fields) {
    return absl::StrCat(R"({"type":"record","name":"Root","namespace":")", Repeat("x", 100000), R"(","fields":[)",
                        fields, "]}");
  };
  EXPECT_EQ(ReasonFor(within(Joined(1000,
                                    [](int i) {
                                      return absl::StrCat(R"({"name":"f)", i, R"(","type":{"type":"fixed","name":"T)",
                                                          i, R"(","size":1}})");
                                    }))),
            ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonFor(within(
                Joined(1000, [](int i) { return absl::StrCat(R"({"name":"f)", i, R"(","type":["null","Root"]})"); }))),
            ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonFor(within(R"({"name":"f","type":{"type":"fixed","name":"T","size":1,"aliases":[)" +
                             Joined(1000, [](int i) { return absl::StrCat("\"A", i, "\""); }) + "]}}")),
            ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, LongNamesOfReferencesCountTogether) {
  std::vector<NamedSchema> references;
  for (int i = 0; i < 400; ++i) {
    const std::string uses = Joined(
        20, [i](int field) { return absl::StrCat(R"({"name":"f)", field, R"(","type":["null","R)", i, "\"]}"); });
    references.push_back({absl::StrCat("r", i), absl::StrCat(R"({"type":"record","name":"R)", i, R"(","namespace":")",
                                                             Repeat("x", 10000), R"(","fields":[)", uses, "]}")});
  }
  EXPECT_EQ(ReasonOf(Parse(R"("int")", references).status()), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, ComparingManyTypesWithManyAliasesIsTooComplex) {
  std::string aliases = Joined(40000, [](int i) { return absl::StrCat("\"A", i, "\""); });
  const Parsed types =
      Parse(absl::StrCat(R"({"type":"record","name":"Reader","fields":[],"aliases":[)", aliases, "]}"));
  const Parsed writer = Parse(UnionOfRecords(10000, [](int) { return ""; }));
  EXPECT_EQ(ReasonOf(Compare(**types, **writer).status()), ErrorReason::kSchemaTooComplex);
  // The same of fields: each record of the reader asks for its field under all its names.
  const Parsed fields = Parse(absl::StrCat(
      R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","default":0,"aliases":[)", aliases, "]}]}"));
  const Parsed others =
      Parse("[" +
            Joined(10000,
                   [](int i) {
                     return absl::StrCat(R"({"type":"record","name":"R","namespace":"n)", i, R"(","fields":[]})");
                   }) +
            "]");
  EXPECT_EQ(ReasonOf(Compare(**fields, **others).status()), ErrorReason::kSchemaTooComplex);
}

// Enums of one short name in many namespaces, each to be looked at: the report of each would be as long as the other
// enum.
TEST_F(HostileTest, ComparingManyEnumsWithALargeOneIsTooComplex) {
  const Parsed reader = Parse(
      "[" +
      Joined(5000, [](int i) { return absl::StrCat(R"({"type":"enum","name":"n)", i, R"(.E","symbols":["X"]})"); }) +
      "]");
  EXPECT_EQ(ReasonOf(Compare(**reader, **Parse(EnumOfSymbols(40000))).status()), ErrorReason::kSchemaTooComplex);
}

TEST_F(HostileTest, ReportsOfManyMissingSymbolsStayShort) {
  const Parsed reader = Parse(R"({"type":"enum","name":"E","symbols":[]})");
  const absl::StatusOr<Comparison> comparison = Compare(**reader, **Parse(EnumOfSymbols(20000)));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_EQ(comparison->differences.size(), 1u);
  EXPECT_LT(comparison->differences[0].detail.size(), 4000u);
  EXPECT_LT(comparison->differences[0].message.size(), 8000u);
  EXPECT_EQ(comparison->differences[0].detail.substr(0, 12), "[S0, S1, S10");
  EXPECT_NE(comparison->differences[0].detail.find("and 19900 more]"), std::string::npos);
}

TEST_F(HostileTest, MessagesStayShort) {
  const std::string name = Repeat("x-", 100000);
  const absl::Status status = Parse(absl::StrCat(R"({"type":"record","name":")", name, R"(","fields":[]})")).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_LT(status.message().size(), 1000u);
  const absl::Status unknown = Parse(absl::StrCat("\"", name, "\"")).status();
  EXPECT_LT(unknown.message().size(), 1000u);
}

}  // namespace
}  // namespace regent::avro
