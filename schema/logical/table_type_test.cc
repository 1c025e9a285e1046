#include "schema/logical/table_type.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "schema/logical/test_support.h"

namespace regent::logical {
namespace {

// A column `a` of each Avro type; `TYPE path` of each difference, new reads old.
std::vector<std::string> Differences(const std::string& old_type, const std::string& new_type, int most = 100) {
  const auto record = [](const std::string& type) {
    return MustConvert(SchemaType::kAvro,
                       R"({"type":"record","name":"R","fields":[{"name":"a","type":)" + type + "}]}");
  };
  FormatLimits limits;
  limits.max_differences = most;
  std::vector<std::string> found;
  for (const Difference& each : CompareTables(record(old_type), record(new_type), limits).differences) {
    EXPECT_NE(each.message, "");
    EXPECT_NE(each.fix, "");
    found.push_back(each.type + " " + each.path);
  }
  return found;
}

using Expected = std::vector<std::string>;

TEST(TableTypeTest, TypesWidenAsBothWorldsLetThem) {
  EXPECT_EQ(Differences(R"("int")", R"("long")"), Expected());
  EXPECT_EQ(Differences(R"("float")", R"("double")"), Expected());
  const Expected changed = {"LOGICAL_TYPE_CHANGED /a"};
  // Avro reads these.
  EXPECT_EQ(Differences(R"("int")", R"("double")"), changed);
  EXPECT_EQ(Differences(R"("long")", R"("float")"), changed);
  EXPECT_EQ(Differences(R"("string")", R"("bytes")"), changed);
  EXPECT_EQ(Differences(R"("int")", R"({"type":"int","logicalType":"date"})"), changed);
  EXPECT_EQ(Differences(R"({"type":"long","logicalType":"timestamp-millis"})",
                        R"({"type":"long","logicalType":"timestamp-micros"})"),
            Expected());
  EXPECT_EQ(Differences(R"({"type":"long","logicalType":"timestamp-micros"})",
                        R"({"type":"long","logicalType":"timestamp-millis"})"),
            changed);
}

TEST(TableTypeTest, DecimalsGrowBeforeThePointOnly) {
  const auto decimal = [](int precision, int scale) {
    return R"({"type":"bytes","logicalType":"decimal","precision":)" + std::to_string(precision) + R"(,"scale":)" +
           std::to_string(scale) + "}";
  };
  EXPECT_EQ(Differences(decimal(9, 2), decimal(12, 2)), Expected());
  EXPECT_EQ(Differences(decimal(9, 2), decimal(8, 2)), Expected{"LOGICAL_TYPE_CHANGED /a"});
  EXPECT_EQ(Differences(decimal(9, 2), decimal(12, 3)), Expected{"LOGICAL_TYPE_CHANGED /a"});
}

TEST(TableTypeTest, ColumnsBecomeOptionalAndNotRequired) {
  EXPECT_EQ(Differences(R"("int")", R"(["null","int"])"), Expected());
  EXPECT_EQ(Differences(R"(["null","int"])", R"("int")"), Expected{"LOGICAL_FIELD_MADE_REQUIRED /a"});
}

TEST(TableTypeTest, OptionalColumnsComeAndAnyGo) {
  const auto inner = [](const std::string& fields) {
    return R"({"type":"record","name":"N","fields":[)" + fields + "]}";
  };
  const std::string x = R"({"name":"x","type":"int"})";
  EXPECT_EQ(Differences(inner(x), inner("")), Expected());
  EXPECT_EQ(Differences(inner(""), inner(R"({"name":"y","type":["null","int"],"default":null})")), Expected());
  // A default makes Avro content, but tables keep none.
  EXPECT_EQ(Differences(inner(x), inner(x + R"(,{"name":"y","type":"int","default":0})")),
            Expected{"LOGICAL_REQUIRED_FIELD_ADDED /a/y"});
}

TEST(TableTypeTest, OfTwoColumnsOfOneNameTheFirstStands) {
  const TableType row =
      MustConvert(SchemaType::kJson,
                  R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"a":{"type":"integer"}}}]})");
  EXPECT_TRUE(CompareTables(row, row, FormatLimits()).differences.empty());
}

TEST(TableTypeTest, ListsAndMapsAreLookedInto) {
  EXPECT_EQ(Differences(R"({"type":"array","items":"long"})", R"({"type":"array","items":"int"})"),
            Expected{"LOGICAL_TYPE_CHANGED /a/element"});
  EXPECT_EQ(Differences(R"({"type":"map","values":"long"})", R"({"type":"map","values":"int"})"),
            Expected{"LOGICAL_TYPE_CHANGED /a/value"});
}

TEST(TableTypeTest, ListsNoMoreDifferencesThanAllowed) {
  const auto inner = [](const char* type) {
    std::string fields;
    for (const char* name : {"x", "y", "z"}) {
      fields += std::string(fields.empty() ? "" : ",") + "{\"name\":\"" + name + "\",\"type\":\"" + type + "\"}";
    }
    return R"({"type":"record","name":"N","fields":[)" + fields + "]}";
  };
  EXPECT_EQ(Differences(inner("long"), inner("int")).size(), 3u);
  EXPECT_EQ(Differences(inner("long"), inner("int"), 2).size(), 2u);
}

TEST(TableTypeTest, TheBudgetEnds) {
  TableBudget deep;
  absl::Status status;
  for (int i = 0; i < 101 && status.ok(); ++i) status = deep.Enter("", "/a");
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaTooComplex);
  TableBudget wide;
  status = absl::OkStatus();
  for (int i = 0; i < 100001 && status.ok(); ++i) {
    status = wide.Enter("", "/a");
    wide.Leave();
  }
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaTooComplex);
}

}  // namespace
}  // namespace regent::logical
