#include "cli/offline_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error_reason.h"
#include "cli/report.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;

// Writes a file of the test's own and gives its path.
std::string File(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Arguments Parse(const std::vector<std::string>& words) {
  std::vector<Flag> flags = AgainstFlags();
  flags.insert(flags.end(), LockFlags().begin(), LockFlags().end());
  return Arguments::Parse(words, flags).value();
}

absl::StatusOr<OfflineVerdict> AgainstFiles(const std::vector<std::string>& words, const std::string& file) {
  std::istringstream in;
  return CheckAgainstFiles(Parse(words), file, in);
}

absl::StatusOr<OfflineVerdict> AgainstLock(const std::string& manifest, const std::string& lock,
                                           std::vector<std::string> words = {}) {
  words.push_back("--manifest=" + File("manifest.json", manifest));
  words.push_back("--lock=" + File("lock.json", lock));
  std::istringstream in;
  return CheckAgainstLock(Parse(words), in);
}

TEST(OfflineCheckTest, ComparesFilesOfEachFormatByTheirEnding) {
  const auto avro = AgainstFiles({"--against", File("old.avsc", R"("int")")}, File("new.avsc", R"("long")"));
  ASSERT_TRUE(avro.ok()) << avro.status();
  EXPECT_TRUE(avro->report.compatible);
  const auto json =
      AgainstFiles({"--against", File("old.json", R"({"type":"number"})")}, File("new.json", R"({"type":"integer"})"));
  ASSERT_TRUE(json.ok()) << json.status();
  ASSERT_FALSE(json->report.compatible);
  EXPECT_EQ(json->report.versions.at(0).differences.at(0).type, "TYPE_NARROWED");
  const auto proto = AgainstFiles({"--against", File("old.proto", "syntax = \"proto3\"; message A { int32 a = 1; }")},
                                  File("new.proto", "syntax = \"proto3\"; message A { string a = 1; }"));
  ASSERT_TRUE(proto.ok()) << proto.status();
  EXPECT_FALSE(proto->report.compatible);
  EXPECT_THAT(ReportToText(proto->what, proto->report),
              HasSubstr("      old: int32 a = 1;\n      new: string a = 1;\n"));
}

TEST(OfflineCheckTest, SeveralFilesAreVersionsOfWhichTheLevelTakesItsOwn) {
  const std::vector<std::string> against = {"--against", File("v1.avsc", R"("string")"), "--against",
                                            File("v2.avsc", R"("int")")};
  const std::string candidate = File("v3.avsc", R"("long")");
  EXPECT_TRUE(AgainstFiles(against, candidate)->report.compatible);
  std::vector<std::string> transitive = against;
  transitive.push_back("--level=backward_transitive");
  const auto verdict = AgainstFiles(transitive, candidate);
  ASSERT_TRUE(verdict.ok());
  EXPECT_FALSE(verdict->report.compatible);
  EXPECT_EQ(verdict->report.versions.back().version, Version(1));
}

TEST(OfflineCheckTest, ReferencesMayDifferBetweenOldAndNew) {
  const std::string user = File("user.json", R"({"$ref":"other.json"})");
  const std::string other = File("other.json", R"({"type":"integer"})");
  const std::string old_other = File("old_other.json", R"({"type":"string"})");
  const auto same = AgainstFiles({"--against", user, "--reference", "other.json=" + other}, user);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(same->report.compatible);
  const auto changed = AgainstFiles(
      {"--against", user, "--reference", "other.json=" + other, "--old-reference", "other.json=" + old_other}, user);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_FALSE(changed->report.compatible);
}

TEST(OfflineCheckTest, MistakesAreNamed) {
  const std::string good = File("good.avsc", R"("int")");
  EXPECT_THAT(std::string(AgainstFiles({"--against", good}, "/nowhere/x.avsc").status().message()),
              HasSubstr("cannot open /nowhere/x.avsc"));
  EXPECT_EQ(ReasonOf(AgainstFiles({"--against", good, "--level=SOME"}, good).status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(AgainstFiles({"--against", good, "--policy=SOME"}, good).status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(AgainstFiles({"--against", good, "--reference=x"}, good).status()), ErrorReason::kRequestInvalid);
  const auto bad = AgainstFiles({"--against", good}, File("bad.avsc", R"({"type":"record"})"));
  EXPECT_EQ(ReasonOf(bad.status()), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("bad.avsc: "));
}

constexpr char kLock[] = R"({"lockVersion":1,
  "subjects":[{"subject":"orders","level":"FULL","policy":"STRICT"}],
  "schemas":[
    {"subject":"money","version":3,"id":1,"schemaType":"AVRO","schema":"{\"type\":\"fixed\",\"name\":\"Money\",\"size\":8}"},
    {"subject":"orders","version":1,"id":2,"schemaType":"AVRO","schema":"{\"type\":\"array\",\"items\":\"Money\"}",
     "references":[{"name":"Money","subject":"money","version":3}]}]})";

std::string ManifestWith(const std::string& money, const std::string& orders, const std::string& level = "") {
  return R"({"subjects":[{"subject":"money","type":"AVRO","file":")" + File("money.avsc", money) +
         R"("},{"subject":"orders","type":"AVRO","level":")" + level + R"(","file":")" + File("orders.avsc", orders) +
         R"(","references":[{"name":"Money","subject":"money"}]}]})";
}

constexpr char kMoney[] = R"({"type": "fixed", "name": "Money", "size": 8})";

TEST(OfflineCheckTest, WhatTheLockHoldsIsNoChange) {
  const auto verdict = AgainstLock(ManifestWith(kMoney, R"({"type": "array", "items": "Money"})"), kLock);
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->report.compatible);
  EXPECT_EQ(verdict->what, "orders (it is version 1)");
}

TEST(OfflineCheckTest, LevelIsTheLocksUnlessTheBuildSaysOtherwise) {
  const std::string wider = R"({"type":"array","items":["null","Money"]})";
  const auto full = AgainstLock(ManifestWith(kMoney, wider), kLock);
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_FALSE(full->report.compatible);
  EXPECT_EQ(full->report.level, CompatibilityLevel::kFull);
  const auto backward = AgainstLock(ManifestWith(kMoney, wider, "BACKWARD"), kLock);
  ASSERT_TRUE(backward.ok()) << backward.status();
  EXPECT_TRUE(backward->report.compatible);
}

TEST(OfflineCheckTest, AChangeInWhatIsReferredToCounts) {
  const auto verdict = AgainstLock(
      ManifestWith(R"({"type":"fixed","name":"Money","size":16})", R"({"type":"array","items":"Money"})"), kLock);
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  ASSERT_FALSE(verdict->report.compatible);
  EXPECT_EQ(verdict->report.versions.at(0).differences.at(0).type, "FIXED_SIZE_MISMATCH");
}

TEST(OfflineCheckTest, ASubjectThatTheLockDoesNotKnowIsNew) {
  const auto verdict = AgainstLock(ManifestWith(kMoney, R"({"type":"array","items":"Money"})"),
                                   R"({"lockVersion":1,"subjects":[],"schemas":[]})");
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->report.compatible);
  EXPECT_THAT(verdict->what, HasSubstr("holds no version"));
}

TEST(OfflineCheckTest, DamagedLocksAndManifestsAreRefused) {
  const std::string good = ManifestWith(kMoney, R"({"type":"array","items":"Money"})");
  for (const char* lock : {"", "[]", "{}", R"({"lockVersion":2,"subjects":[],"schemas":[]})",
                           R"({"lockVersion":1,"schemas":[]})", R"({"lockVersion":1,"subjects":[{}],"schemas":[]})",
                           R"({"lockVersion":1,"subjects":[],"schemas":[{"subject":"a","version":0,"schema":""}]})",
                           R"({"lockVersion":1,"subjects":[{"subject":"a","level":"?"}],"schemas":[]})"}) {
    EXPECT_EQ(ReasonOf(AgainstLock(good, lock).status()), ErrorReason::kRequestInvalid) << lock;
  }
  for (const char* manifest :
       {"", "{}", R"({"subjects":[]})", R"({"subjects":[{"subject":"a"}]})",
        R"({"subjects":[{"subject":"a","file":"f","type":"XML"}]})",
        R"({"subjects":[{"subject":"a","file":"f","level":"?"}]})",
        R"({"subjects":[{"subject":"a","file":"f","references":[{"name":"n","subject":"a"}]}]})"}) {
    EXPECT_EQ(ReasonOf(AgainstLock(manifest, kLock).status()), ErrorReason::kRequestInvalid) << manifest;
  }
}

}  // namespace
}  // namespace regent::cli
