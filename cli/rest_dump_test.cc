#include "cli/rest_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "base/error_reason.h"
#include "cli/testing/scripted_web.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What a registry answers, by target; 404 for all else, as documented.
using Pages = std::map<std::string, std::string>;

class RestDumpTest : public ::testing::Test {
 protected:
  // The lines of the dump, or the error.
  absl::StatusOr<std::string> Dump(const Pages& pages, std::map<std::string, int> status = {}) {
    ScriptedWeb web([&](const std::string& target, const std::string&) {
      if (const auto code = status.find(target); code != status.end()) {
        return ScriptedWeb::Reply(code->second, R"({"error_code":50001,"message":"Error in the backend"})");
      }
      const auto page = pages.find(target);
      if (page == pages.end()) return ScriptedWeb::Reply(404, R"({"error_code":404,"message":"HTTP 404 Not Found"})");
      return ScriptedWeb::Reply(200, page->second);
    });
    DumpSpool spool;
    const absl::Status gathered = GatherOverRest(*ParseHttpUrl(web.url()), {}, &spool, [](int64_t) {});
    if (!gathered.ok()) return gathered;
    std::ostringstream out;
    const absl::Status written = spool.WriteTo(out);
    if (!written.ok()) return written;
    return out.str();
  }
  std::string Text(const Pages& pages) {
    const auto dump = Dump(pages);
    EXPECT_TRUE(dump.ok()) << dump.status();
    return dump.ok() ? *dump : "";
  }
};

// As Karapace answers: no contexts, no GUIDs, AVRO left out, a mode only for all.
Pages Karapace() {
  return {{"/subjects", R"(["orders"])"},
          {"/subjects?deleted=true", R"(["orders"])"},
          {"/subjects?deleted=true&offset=1", R"(["orders"])"},
          {"/subjects/orders/versions", "[2]"},
          {"/subjects/orders/versions?deleted=true", "[1,2]"},
          {"/subjects/orders/versions/1?deleted=true", R"({"subject":"orders","version":1,"id":1,"schema":"\"int\""})"},
          {"/subjects/orders/versions/2",
           R"({"subject":"orders","version":2,"id":4,"schemaType":"JSON","schema":"{}","references":[]})"},
          {"/config", R"({"compatibilityLevel":"FULL"})"},
          {"/mode", R"({"mode":"READWRITE"})"}};
}

TEST_F(RestDumpTest, ReadsARegistryWithoutContextsModesAndGuids) {
  EXPECT_EQ(Text(Karapace()),
            "{\"kind\":\"dump\",\"format\":1}\n"
            "{\"kind\":\"schema\",\"subject\":\"orders\",\"version\":1,\"id\":1,\"deleted\":true,\"schemaType\":"
            "\"AVRO\",\"schema\":\"\\\"int\\\"\"}\n"
            "{\"kind\":\"schema\",\"subject\":\"orders\",\"version\":2,\"id\":4,\"schemaType\":\"JSON\",\"schema\":"
            "\"{}\"}\n"
            "{\"kind\":\"config\",\"config\":{\"compatibilityLevel\":\"FULL\"}}\n"
            "{\"kind\":\"end\",\"schemas\":2,\"configs\":1,\"modes\":0,\"contexts\":0,\"associations\":0}\n");
}

TEST_F(RestDumpTest, ReadsContextsAndTheirSettings) {
  const std::string text = Text(
      {{"/subjects", R"([":.eu:a b"])"},
       {"/subjects?deleted=true", R"([":.eu:a b"])"},
       {"/contexts", R"([".",".eu"])"},
       {"/config/%3A.eu%3A", R"({"normalize":true,"compatibilityLevel":null})"},
       {"/mode/%3A.eu%3A", R"({"mode":"READONLY"})"},
       {"/mode/%3A.__GLOBAL%3A", R"({"mode":"FORWARD"})"},
       {"/subjects/%3A.eu%3Aa%20b/versions", "[1]"},
       {"/subjects/%3A.eu%3Aa%20b/versions?deleted=true", "[1]"},
       {"/subjects/%3A.eu%3Aa%20b/versions/1",
        R"({"subject":":.eu:a b","version":1,"id":3,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schema":"\"string\"",)"
        R"("references":[{"name":"n","subject":"b","version":2},{"name":"m","subject":":.:c","version":1}]})"},
       {"/mode/%3A.eu%3Aa%20b", R"({"mode":"READWRITE"})"}});
  EXPECT_THAT(text, HasSubstr(R"("guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d")"));
  // A bare name is of the same context.
  EXPECT_THAT(text, HasSubstr(R"([{"name":"n","subject":"b","version":2},{"name":"m","subject":":.:c","version":1}])"));
  EXPECT_THAT(text, HasSubstr(R"({"kind":"config","subject":":.eu:","config":{"normalize":true}})"));
  EXPECT_THAT(text, HasSubstr(R"({"kind":"mode","subject":":.eu:","mode":"READONLY"})"));
  EXPECT_THAT(text, HasSubstr(R"({"kind":"mode","subject":":.__GLOBAL:","mode":"FORWARD"})"));
  EXPECT_THAT(text, HasSubstr(R"({"kind":"mode","subject":":.eu:a b","mode":"READWRITE"})"));
}

TEST_F(RestDumpTest, ReadsHighestIdsAndAssociationsWhereTheRegistryTellsThem) {
  Pages pages = Karapace();
  pages["/schemas/ids/4?fetchMaxId=true&subject="] = R"({"schema":"{}","maxId":9})";
  pages["/associations/subjects/orders"] =
      R"([{"subject":"orders","guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","resourceName":"t","resourceNamespace":"n",)"
      R"("resourceId":"i","resourceType":"topic","associationType":"value","lifecycle":"WEAK","frozen":false}])";
  const std::string text = Text(pages);
  EXPECT_THAT(text, HasSubstr(R"({"kind":"context","context":".","highestId":9})"));
  EXPECT_THAT(text,
              HasSubstr(R"({"kind":"association","subject":"orders","guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d")"));
  EXPECT_THAT(text, HasSubstr(R"("contexts":1,"associations":1})"));
}

TEST_F(RestDumpTest, ReadsThePagesOfARegistryThatPages) {
  Pages pages = {{"/subjects", R"(["a"])"},
                 {"/subjects?deleted=true", R"(["a"])"},
                 {"/subjects?deleted=true&offset=1", R"(["b"])"},
                 {"/subjects?deleted=true&offset=2", "[]"}};
  for (const std::string name : {"a", "b"}) {
    pages["/subjects/" + name + "/versions?deleted=true"] = "[1]";
    pages["/subjects/" + name + "/versions/1?deleted=true"] =
        R"({"subject":")" + name + R"(","version":1,"id":1,"schema":"\"int\""})";
  }
  EXPECT_THAT(Text(pages), HasSubstr(R"("schemas":2)"));
}

TEST_F(RestDumpTest, ErrorsNameWhatWasAskedFor) {
  const auto failing = Dump(Karapace(), {{"/subjects/orders/versions/2", 500}});
  EXPECT_EQ(ReasonOf(failing.status()), ErrorReason::kRequestInvalid);
  EXPECT_THAT(std::string(failing.status().message()),
              HasSubstr("GET /subjects/orders/versions/2: status 500, {\"error_code\":50001"));
  EXPECT_THAT(std::string(Dump(Karapace(), {{"/subjects", 401}}).status().message()), HasSubstr("status 401"));
  const std::map<std::string, std::string> wrong = {
      {"/subjects?deleted=true", "{}"},
      {"/config", "[]"},
      {"/mode", R"({"mode":"SLEEPING"})"},
      {"/subjects/orders/versions?deleted=true", "[0]"},
      {"/subjects/orders/versions/2", "no JSON"},
      {"/subjects/orders/versions/1?deleted=true", R"({"subject":"other","version":1,"id":1,"schema":"\"int\""})"}};
  for (const auto& [target, body] : wrong) {
    Pages pages = Karapace();
    pages[target] = body;
    EXPECT_THAT(std::string(Dump(pages).status().message()), HasSubstr("GET " + target + ": ")) << body;
  }
}

TEST_F(RestDumpTest, SaysThatThisIsNoRegistry) {
  EXPECT_THAT(std::string(Dump({}).status().message()), HasSubstr("this is no schema registry"));
}

}  // namespace
}  // namespace regent::cli
