#include "cli/dump_spool.h"

#include <gtest/gtest.h>

#include <sstream>

namespace regent::cli {
namespace {

DumpSchema Schema(const std::string& subject, int version, const std::string& text) {
  return {
      .subject = Subject::Parse(subject), .version = Version(version), .id = SchemaId(1), .content = {.text = text}};
}

std::string LineOf(const DumpSchema& schema) { return DumpLineOf(schema) + "\n"; }

std::string Written(const DumpSpool& spool) {
  std::ostringstream out;
  EXPECT_TRUE(spool.WriteTo(out).ok());
  return out.str();
}

TEST(DumpSpoolTest, WritesInOrderWhateverTheOrderOfArrival) {
  DumpSpool spool;
  for (const auto& [subject, version] :
       std::vector<std::pair<std::string, int>>{{":.eu:a", 1}, {"b", 10}, {"a", 1}, {"b", 9}}) {
    ASSERT_TRUE(spool.Put(Schema(subject, version, "x")).ok());
  }
  spool.Put(DumpMode{Subject::Parse("a"), Mode::kReadOnly});
  spool.Put(DumpMode{std::nullopt, Mode::kImport});
  EXPECT_EQ(Written(spool),
            DumpLineOf(DumpHeader()) + "\n" + LineOf(Schema("a", 1, "x")) + LineOf(Schema("b", 9, "x")) +
                LineOf(Schema("b", 10, "x")) + LineOf(Schema(":.eu:a", 1, "x")) +
                "{\"kind\":\"mode\",\"mode\":\"IMPORT\"}\n"
                "{\"kind\":\"mode\",\"subject\":\"a\",\"mode\":\"READONLY\"}\n"
                "{\"kind\":\"end\",\"schemas\":4,\"configs\":0,\"modes\":2,\"contexts\":0,\"associations\":0}\n");
}

TEST(DumpSpoolTest, LaterOneCountsAndRemovedOnesAreGone) {
  DumpSpool spool;
  ASSERT_TRUE(spool.Put(Schema("a", 1, "old")).ok());
  ASSERT_TRUE(spool.Put(Schema("b", 1, "x")).ok());
  ASSERT_TRUE(spool.Put(Schema("a", 1, "new")).ok());
  spool.Put(DumpConfig{std::nullopt, {}});
  spool.Remove(Subject::Parse("b"), Version(1));
  spool.RemoveConfig(std::nullopt);
  EXPECT_EQ(Written(spool),
            DumpLineOf(DumpHeader()) + "\n" + LineOf(Schema("a", 1, "new")) +
                "{\"kind\":\"end\",\"schemas\":1,\"configs\":0,\"modes\":0,\"contexts\":0,\"associations\":0}\n");
}

TEST(DumpSpoolTest, ClearedOneIsAsNew) {
  DumpSpool spool;
  ASSERT_TRUE(spool.Put(Schema("a", 1, "long before")).ok());
  spool.Put(DumpMode{std::nullopt, Mode::kImport});
  spool.Clear();
  ASSERT_TRUE(spool.Put(Schema("c", 1, "x")).ok());
  EXPECT_EQ(Written(spool),
            DumpLineOf(DumpHeader()) + "\n" + LineOf(Schema("c", 1, "x")) +
                "{\"kind\":\"end\",\"schemas\":1,\"configs\":0,\"modes\":0,\"contexts\":0,\"associations\":0}\n");
}

}  // namespace
}  // namespace regent::cli
