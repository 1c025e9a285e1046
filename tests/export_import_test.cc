// `regent export` and `regent import` between real nodes, by the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "client/registry_client.h"
#include "re2/re2.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code = -1;
  std::string out;
};

Outcome Regent(const NodeProcess& node, const std::string& arguments) {
  const std::string command = "cli/regent " + arguments + " --server " + node.address() + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  Outcome outcome;
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) outcome.out.append(buffer, size);
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ExportImportTest : public ::testing::Test {
 protected:
  ExportImportTest() {
    directory_ = ::testing::TempDir() + "/" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  std::unique_ptr<NodeProcess> Start(const std::string& name) {
    auto node = std::make_unique<NodeProcess>(Path(name));
    EXPECT_NE(node->address(), "") << node->output();
    return node;
  }

  std::string Export(const NodeProcess& node, const std::string& name, const std::string& flags = "") {
    const Outcome outcome = Regent(node, "export " + Path(name) + " " + flags);
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    return ReadFile(Path(name));
  }

  std::string directory_;
};

SchemaContent Avro(const std::string& text) { return {.text = text}; }

// Something of everything.
void Fill(const NodeProcess& node) {
  const client::RegistryClient client = node.Client();
  const auto put = [&](const std::string& subject, const SchemaContent& content) {
    const auto result = client.Register(Subject::Parse(subject), content);
    ASSERT_TRUE(result.ok()) << subject << ": " << result.status();
  };
  // In use, though later in the order of names than what uses it.
  put("money",
      Avro(R"({"type":"record","name":"Money","namespace":"acme","fields":[{"name":"cents","type":"long"}]})"));
  SchemaContent order =
      Avro(R"({"type":"record","name":"Order","namespace":"acme","fields":[{"name":"total","type":"acme.Money"}]})");
  order.references = {{"acme.Money", Subject::Parse("money"), Version(1)}};
  put("a-order", order);
  SchemaContent basket =
      Avro(R"({"type":"record","name":"Basket","namespace":"acme","fields":[{"name":"o","type":"acme.Order"}]})");
  basket.references = {{"acme.Order", Subject::Parse("a-order"), Version(1)}};
  put("0-basket", basket);
  // The same text elsewhere; another context; other languages.
  put("a-order-copy", order);
  put(":.eu:order", Avro("\"string\""));
  SchemaContent abroad = order;
  abroad.references = {{"acme.Money", Subject::Parse("money"), Version(1)}};
  put(":.eu:abroad", abroad);
  put("json", {.type = SchemaType::kJson, .text = R"({"type":"object","properties":{"ä":{"type":"string"}}})"});
  put("proto.proto", {.type = SchemaType::kProtobuf, .text = "syntax = \"proto3\";\nmessage A { int32 b = 1; }\n"});
  SchemaContent user = {.type = SchemaType::kProtobuf,
                        .text = "syntax = \"proto3\";\nimport \"a.proto\";\nmessage B { A a = 1; }\n"};
  user.references = {{"a.proto", Subject::Parse("proto.proto"), Version(1)}};
  put("proto-user", user);
  // Metadata, rules, versions with holes.
  SchemaContent told = Avro("\"bytes\"");
  told.metadata = Metadata{.tags = {{"**", {"PII"}}}, .properties = {{"owner", "x"}}, .sensitive = {"owner"}};
  Rule rule{.name = "r", .type = "CEL"};
  rule.kind = "CONDITION";
  rule.mode = "WRITE";
  rule.expr = "message.x > 1";
  told.rule_set = RuleSet{.domain_rules = {rule}};
  put("told", told);
  ASSERT_TRUE(
      client.UpdateConfig({.target = Subject::Parse("many"), .config = {.level = CompatibilityLevel::kNone}}).ok());
  for (const char* text : {"\"int\"", "\"long\"", "\"float\"", "\"double\""}) put("many", Avro(text));
  ASSERT_TRUE(
      client.PurgeVersion({.subject = Subject::Parse("many"), .version = Version(2), .allow_active = true}).ok());
  ASSERT_TRUE(client.DeleteVersion({.subject = Subject::Parse("many"), .version = Version(3)}).ok());
  // Deleted ones that refer to each other.
  put("gone-base", Avro(R"({"type":"record","name":"Base","fields":[]})"));
  SchemaContent gone = Avro(R"({"type":"record","name":"Gone","fields":[{"name":"b","type":"Base"}]})");
  gone.references = {{"Base", Subject::Parse("gone-base"), Version(1)}};
  put("a-gone", gone);
  ASSERT_TRUE(client.DeleteSubject({.subject = Subject::Parse("a-gone")}).ok());
  ASSERT_TRUE(client.DeleteSubject({.subject = Subject::Parse("gone-base")}).ok());
  // Settings of all kinds.
  SubjectConfig eu{.normalize = true};
  eu.default_metadata = told.metadata;
  ASSERT_TRUE(client.UpdateConfig({.target = Subject(".eu", ""), .config = eu}).ok());
  ASSERT_TRUE(client.UpdateConfig({.target = Subject::Parse("alias"), .config = {.alias = "many"}}).ok());
  ASSERT_TRUE(client.UpdateConfig({.config = {.level = CompatibilityLevel::kFullTransitive}}).ok());
  ASSERT_TRUE(client.UpdateMode({.target = Subject::Parse("money"), .mode = Mode::kReadOnly}).ok());
  ASSERT_TRUE(client.UpdateMode({.target = Subject(".eu", ""), .mode = Mode::kReadWrite}).ok());
  // A language of a plug-in that another registry had.
  const Subject alien = Subject::Parse("alien");
  ASSERT_TRUE(client.UpdateMode({.target = alien, .mode = Mode::kImport, .force = true}).ok());
  client::BatchRegisterRequest foreign;
  foreign.requests.push_back({.subject = alien,
                              .content = {.type = SchemaType::kOther, .text = "<xs:schema/>", .other_type = "XSD"},
                              .version = Version(3),
                              .id = SchemaId(4711)});
  ASSERT_TRUE(client.RegisterBatch(foreign)->at(0).ok());
  ASSERT_TRUE(client.DeleteMode({.target = alien}).ok());
  ASSERT_TRUE(client.UpdateConfig({.target = alien, .config = {.alias_for_deks = "keys"}}).ok());
  // Associations of both kinds, and one whose subject went.
  const auto associate = [&](const Association& association) {
    const auto made = client.AssociateResource({.association = association});
    ASSERT_TRUE(made.ok()) << made.status();
  };
  put(":.lkc:orders-key", Avro("\"string\""));
  associate({.resource_name = "orders",
             .resource_namespace = "lkc",
             .resource_id = "topic-1",
             .resource_type = "topic",
             .association_type = "key",
             .lifecycle = Lifecycle::kStrong});
  put("passing", Avro("\"null\""));
  for (const char* subject : {"told", "passing"}) {
    associate({.resource_name = "orders-of-" + std::string(subject),
               .resource_namespace = "lkc",
               .resource_id = "topic-of-" + std::string(subject),
               .resource_type = "topic",
               .association_type = "value",
               .subject = Subject::Parse(subject)});
  }
  ASSERT_TRUE(client.DeleteVersion({.subject = Subject::Parse("passing"), .version = Version(1)}).ok());
  // What is gone leaves its id, and its context.
  for (const char* subject : {"vanished", ":.empty:vanished"}) {
    put(subject, Avro(R"({"type":"record","name":"Vanished","fields":[]})"));
    ASSERT_TRUE(client.PurgeSubject({.subject = Subject::Parse(subject), .allow_active = true}).ok());
  }
  ASSERT_TRUE(client.UpdateMode({.mode = Mode::kReadOnly}).ok());
}

TEST_F(ExportImportTest, CopyGivesTheSameDump) {
  const auto source = Start("source");
  Fill(*source);
  if (HasFatalFailure()) return;
  const std::string dump = Export(*source, "one");
  for (const char* piece :
       {R"("subject":"a-gone","version":1,)", R"({"kind":"context","context":".","highestId":4713})",
        R"({"kind":"context","context":".empty","highestId":1})", R"("schemaType":"XSD")", R"("aliasForDeks":"keys")",
        R"("subject":":.lkc:orders-key","guid")",
        R"("schemas":18,"configs":5,"modes":3,"contexts":4,"associations":3)"}) {
    EXPECT_THAT(dump, HasSubstr(piece));
  }
  const auto copy = Start("copy");
  const Outcome dry = Regent(*copy, "import --dry-run " + Path("one"));
  EXPECT_THAT(dry.out, HasSubstr("Would import 18 schemas (0 were there already), 4 deletes"));
  const Outcome imported = Regent(*copy, "import " + Path("one"));
  EXPECT_EQ(imported.code, 0) << imported.out;
  EXPECT_EQ(Export(*copy, "two"), dump);
  // And again: nothing is done twice.
  const Outcome again = Regent(*copy, "import " + Path("one"));
  EXPECT_THAT(again.out, HasSubstr("Imported 0 schemas (18 were there already), 0 deletes, 0 configurations, 3 "
                                   "modes, 0 contexts and 0 associations"));
  EXPECT_EQ(Export(*copy, "three"), dump);
  // No id comes back with another meaning.
  const client::RegistryClient client = copy->Client();
  ASSERT_TRUE(client.UpdateMode({.mode = Mode::kReadWrite}).ok());
  EXPECT_EQ(client.Register(Subject::Parse("new"), Avro("\"boolean\""))->registered.stored->id, SchemaId(4714));
}

TEST_F(ExportImportTest, MarkOfAnImportThatWasCutShortIsRemoved) {
  const auto node = Start("node");
  const client::RegistryClient client = node->Client();
  ASSERT_TRUE(client
                  .Register(Subject::Parse("regent-import-mark"),
                            Avro(R"({"type":"record","name":"RegentImportMark","doc":"1","fields":[]})"))
                  .ok());
  std::ofstream(Path("dump")) << R"({"kind":"dump","format":1})"
                              << "\n"
                              << R"({"kind":"context","context":".","highestId":1})"
                              << "\n"
                              << R"({"kind":"end","schemas":0,"configs":0,"modes":0,"contexts":1})"
                              << "\n";
  const Outcome imported = Regent(*node, "import " + Path("dump"));
  EXPECT_EQ(imported.code, 0) << imported.out;
  EXPECT_THAT(Export(*node, "again"), HasSubstr(R"({"kind":"context","context":".","highestId":1})"
                                                "\n"
                                                R"({"kind":"end","schemas":0)"));
}

TEST_F(ExportImportTest, AnotherRegistryIsReadOverRest) {
  const auto source = Start("source");
  Fill(*source);
  if (HasFatalFailure()) return;
  const std::string dump = Export(*source, "one");
  // No documented endpoint tells of a name that is only an alias, of ids where no schema is, or when an association was
  // made.
  const auto without = [](std::string text, const std::string& what, const std::string& instead) {
    RE2::GlobalReplace(&text, what, instead);
    return text;
  };
  std::string over_rest = without(dump, R"(\{"kind":"config","subject":"alias".*\n)", "");
  over_rest = without(over_rest, R"("configs":5)", R"("configs":4)");
  over_rest = without(over_rest, R"(,"createTs":[0-9]+)", "");
  const std::string of_empty = R"("context":".empty")";
  const std::string with_id = of_empty + R"(,"highestId":1)";
  EXPECT_EQ(Export(*source, "rest", "--from " + source->rest_url()), without(over_rest, with_id, of_empty));
  const auto copy = Start("copy");
  const Outcome imported = Regent(*copy, "import --from " + source->rest_url());
  EXPECT_EQ(imported.code, 0) << imported.out;
  EXPECT_EQ(without(Export(*copy, "two"), R"(,"createTs":[0-9]+)", ""), over_rest);
}

TEST_F(ExportImportTest, AnotherRegistryIsReadOverTls) {
  const CertificateAuthority authority;
  const CertificateAuthority stranger;
  const NodeProcess source(Path("source"),
                           {"listeners=https://127.0.0.1:0", "ssl.keystore.location=" + authority.Issue("node")});
  ASSERT_THAT(source.rest_url(), HasSubstr("https://127.0.0.1:")) << source.output();
  ASSERT_TRUE(source.Client().Register(Subject::Parse("a"), Avro("\"int\"")).ok());
  // Over REST there always is a level.
  ASSERT_TRUE(source.Client().UpdateConfig({.config = {.level = CompatibilityLevel::kBackward}}).ok());
  const std::string dump = Export(source, "one");
  std::string url = source.rest_url();
  url.insert(url.find("//") + 2, "me:p%40ss@");
  EXPECT_EQ(Export(source, "two", "--from " + url + " --from-ca-file " + authority.file()), dump);
  for (const std::string& trust : {std::string(), " --from-ca-file " + stranger.file()}) {
    const Outcome refused = Regent(source, "export " + Path("three") + " --from " + url + trust);
    EXPECT_EQ(refused.code, 3) << refused.out;
    EXPECT_THAT(refused.out, HasSubstr("TLS: the certificate is not trusted: "));
    EXPECT_THAT(refused.out, Not(HasSubstr("p@ss")));
  }
  // Who speaks no TLS gets no answer.
  url.replace(0, 5, "http");
  EXPECT_EQ(Regent(source, "export " + Path("three") + " --from " + url).code, 3);
}

TEST_F(ExportImportTest, DeletedVersionThatSomethingLiveUsesComesAcross) {
  const auto node = Start("node");
  std::ofstream(Path("dump"))
      << R"({"kind":"dump","format":1})"
      << "\n"
      << R"({"kind":"schema","subject":"a","version":1,"id":9,"schemaType":"AVRO","references":[{"name":"B","subject":"b","version":4}],"schema":"{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"b\",\"type\":\"B\"}]}"})"
      << "\n"
      << R"({"kind":"schema","subject":"b","version":4,"id":3,"deleted":true,"schema":"{\"type\":\"record\",\"name\":\"B\",\"fields\":[]}"})"
      << "\n"
      << R"({"kind":"end","schemas":2,"configs":0,"modes":0})"
      << "\n";
  const Outcome imported = Regent(*node, "import " + Path("dump"));
  EXPECT_EQ(imported.code, 0) << imported.out;
  const auto deleted = node->Client().GetVersion(
      {.subject = Subject::Parse("b"), .version = Version(4), .deleted = client::Deleted::kOnly});
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(deleted->stored->id, SchemaId(3));
  EXPECT_EQ(node->Client().GetLatest(Subject::Parse("a"))->stored->id, SchemaId(9));
  // Writes are as before.
  EXPECT_TRUE(node->Client().Register(Subject::Parse("c"), Avro("\"int\"")).ok());
}

TEST_F(ExportImportTest, ConflictIsNamedAndNothingIsChanged) {
  const auto source = Start("source");
  ASSERT_TRUE(source->Client().Register(Subject::Parse("a"), Avro("\"int\"")).ok());
  ASSERT_TRUE(source->Client().Register(Subject::Parse("b"), Avro("\"long\"")).ok());
  Export(*source, "one");
  const auto other = Start("other");
  ASSERT_TRUE(other->Client().Register(Subject::Parse("b"), Avro("\"string\"")).ok());
  const std::string before = Export(*other, "before");
  const Outcome outcome = Regent(*other, "import " + Path("one"));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("b version 1 is there with id 1 and GUID 095d71cf-1255-6b9d-5e33-0ad575b3df5d"));
  EXPECT_EQ(Export(*other, "after"), before);
}

std::string TextOf(int i) {
  return R"({"type":"record","name":"R)" + std::to_string(i) + R"(","namespace":"acme.large","fields":[)" +
         R"({"name":"id","type":"long"},{"name":"name","type":["null","string"],"default":null}]})";
}

// So many schemas, every tenth with a reference.
void FillMany(const NodeProcess& node, int count) {
  const client::RegistryClient client = node.Client();
  client::BatchRegisterRequest batch;
  for (int i = 0; i < count; ++i) {
    SchemaContent content = Avro(TextOf(i));
    if (i % 10 == 9) content.references = {{"ref", Subject::Parse("s" + std::to_string(i - 1)), Version(1)}};
    batch.requests.push_back({.subject = Subject::Parse("s" + std::to_string(i)), .content = content});
    if (batch.requests.size() < 500 && i + 1 < count) continue;
    const auto results = client.RegisterBatch(batch);
    ASSERT_TRUE(results.ok()) << results.status();
    for (const auto& result : *results) ASSERT_TRUE(result.ok()) << result.status();
    batch.requests.clear();
  }
}

int SchemasIn(const NodeProcess& node) {
  int count = 0;
  const absl::Status status = node.Client().ForEachSchema({}, [&](const client::SchemaVersion&) {
    ++count;
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return count;
}

TEST_F(ExportImportTest, InterruptedImportIsDoneAgain) {
  constexpr int kCount = 2000;
  const auto source = Start("source");
  FillMany(*source, kCount);
  if (HasFatalFailure()) return;
  const std::string dump = Export(*source, "one");
  const auto copy = Start("copy");
  ChildProcess import({"cli/regent", "import", Path("one"), "--server", copy->address()});
  while (SchemasIn(*copy) == 0) ASSERT_TRUE(copy->Client().ListContexts().ok());
  import.Signal(SIGKILL);
  import.Wait();
  const int there = SchemasIn(*copy);
  EXPECT_GT(there, 0);
  const Outcome again = Regent(*copy, "import " + Path("one"));
  EXPECT_EQ(again.code, 0) << again.out;
  EXPECT_THAT(again.out, Not(HasSubstr("(0 were there")));
  EXPECT_EQ(Export(*copy, "two"), dump);
}

TEST_F(ExportImportTest, ThousandsTakeSeconds) {
  const char* full = std::getenv("REGENT_FULL");
  const int count = full != nullptr && std::string(full) == "1" ? 10000 : 1000;
  const auto source = Start("source");
  FillMany(*source, count);
  if (HasFatalFailure()) return;
  const auto copy = Start("copy");
  const auto began = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
  const std::string dump = Export(*source, "one");
  const double exported = seconds();
  const Outcome imported = Regent(*copy, "import " + Path("one"));
  const double both = seconds();
  EXPECT_EQ(imported.code, 0) << imported.out;
  EXPECT_EQ(Export(*copy, "two"), dump);
  std::printf("FIGURE export of %d schemas %.2f s, import %.2f s (asked: 10,000 in under 10 s)\n", count, exported,
              both - exported);
  EXPECT_LT(both, 10);
  const auto rest_began = seconds();
  EXPECT_EQ(Regent(*copy, "export " + Path("rest") + " --from " + source->rest_url()).code, 0);
  std::printf("FIGURE export of %d schemas over REST %.2f s\n", count, seconds() - rest_began);
}

}  // namespace
}  // namespace regent::testing
