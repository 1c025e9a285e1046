#include "cli/dump_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;

// The line that is made of what was read from a line.
std::string Again(const std::string& line) {
  const auto entry = ParseDumpLine(line);
  EXPECT_TRUE(entry.ok()) << entry.status();
  return entry.ok() ? DumpLineOf(*entry) : "";
}

TEST(DumpLineTest, EveryKindIsReadAsItWasWritten) {
  for (
      const std::string line :
      {R"({"kind":"dump","format":1})",
       R"({"kind":"end","schemas":3,"configs":0,"modes":1,"contexts":2,"associations":4})",
       R"({"kind":"context","context":".eu","highestId":7})", R"({"kind":"context","context":".eu"})",
       R"({"kind":"association","subject":":.n:t-key","guid":"g","resourceName":"t","resourceNamespace":"n",)"
       R"("resourceId":"i","resourceType":"topic","associationType":"key","lifecycle":"STRONG","createTs":1717171717171})",
       R"({"kind":"mode","mode":"READONLY"})", R"({"kind":"mode","subject":":.eu:","mode":"IMPORT"})",
       R"({"kind":"config","subject":"a","config":{"compatibilityLevel":"FULL","compatibilityPolicy":"LENIENT",)"
       R"("normalize":true,"validateFields":false,"validateNewSchemas":true,"validateRules":false,"alias":"b","aliasForDeks":"d",)"
       R"("compatibilityGroup":"g","defaultMetadata":{"properties":{"k":"v"}},"overrideMetadata":{},)"
       R"("defaultRuleSet":{},"overrideRuleSet":{"enableAt":"ALL"}}})",
       R"({"kind":"schema","subject":":.eu:a","version":2,"id":7,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d",)"
       R"("deleted":true,"schemaType":"JSON","references":[{"name":"n","subject":"b","version":1}],)"
       R"("metadata":{"tags":{"**.ssn":["PII","X"]},"properties":{"a":"b"},"sensitive":["a"]},)"
       R"("ruleSet":{"migrationRules":[{"name":"m","disabled":true}],"domainRules":[{"name":"r","doc":"d",)"
       R"("kind":"CONDITION","mode":"WRITE","type":"CEL","tags":["PII"],"params":{"k":"v"},"expr":"x","onSuccess":)"
       R"("NONE","onFailure":"ERROR","disabled":false}],"enableAt":"CLIENT"},"schema":"{}\n"})",
       R"({"kind":"schema","subject":"a","version":1,"id":1,"schemaType":"THRIFT","schema":""})"}) {
    EXPECT_EQ(Again(line), line);
  }
}

TEST(DumpLineTest, AbsentAndEmptyMetadataStayDifferent) {
  const auto with = ParseDumpLine(R"({"kind":"schema","subject":"a","version":1,"id":1,"metadata":{},"schema":""})");
  const auto without = ParseDumpLine(R"({"kind":"schema","subject":"a","version":1,"id":1,"schema":""})");
  EXPECT_TRUE(std::get<DumpSchema>(*with).content.metadata.has_value());
  EXPECT_FALSE(std::get<DumpSchema>(*without).content.metadata.has_value());
}

TEST(DumpLineTest, NamesTheMemberThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "line 1"},
      {"[]", "no JSON object"},
      {"{}", "'kind' is missing"},
      {R"({"kind":"x"})", "'kind' is 'x', which is not known"},
      {R"({"kind":"dump"})", "'format' is missing"},
      {R"({"kind":"mode","mode":"OPEN"})", "'mode' is 'OPEN', which is not known"},
      {R"({"kind":"mode"})", "'mode' is missing"},
      {R"({"kind":"context"})", "'context' is missing"},
      {R"({"kind":"context","context":".","highestId":-1})", "'highestId' is no number in its range"},
      {R"({"kind":"association","subject":"a","resourceName":"t"})", "'resourceNamespace' is missing"},
      {R"({"kind":"config"})", "'config' is no object"},
      {R"({"kind":"config","config":{"normalize":1}})", "'normalize' is neither true nor false"},
      {R"({"kind":"schema","version":1,"id":1,"schema":""})", "'subject' is missing"},
      {R"({"kind":"schema","subject":"a","version":0,"id":1,"schema":""})", "'version' is no number in its range"},
      {R"({"kind":"schema","subject":"a","version":1,"id":3000000000,"schema":""})", "'id' is no number in its range"},
      {R"({"kind":"schema","subject":"a","version":1,"id":1,"guid":"x","schema":""})", "'guid' is no UUID"},
      {R"({"kind":"schema","subject":"a","version":1,"id":1,"metadata":3,"schema":""})", "'metadata' is no object"},
      {R"({"kind":"schema","subject":"a","version":1,"id":1,"metadata":{"tags":{"p":1}},"schema":""})",
       "'p' is no array"},
      {R"({"kind":"schema","subject":"a","version":1,"id":1,"references":[{"name":"n"}],"schema":""})",
       "'subject' is missing"},
      {R"({"kind":"schema","subject":"a","version":1,"id":1,"ruleSet":{"domainRules":[{}]},"schema":""})",
       "'name' is missing"},
  };
  for (const auto& [line, message] : cases) {
    const absl::Status status = ParseDumpLine(line).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid) << line;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }
}

TEST(DumpLineTest, DeepLineIsRefused) {
  EXPECT_EQ(ReasonOf(ParseDumpLine(std::string(100, '[') + std::string(100, ']')).status()),
            ErrorReason::kRequestInvalid);
}

}  // namespace
}  // namespace regent::cli
