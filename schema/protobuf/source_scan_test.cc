#include "schema/protobuf/source_scan.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

TEST(ProtobufSourceScanTest, KeepsHowNumbersWereSpelt) {
  const auto scan = ScanSource("option a = 0x1F;\noption b = -1.50;\noption c = 7;", 10);
  ASSERT_TRUE(scan.ok()) << scan.status();
  EXPECT_EQ(scan->SpellingAt({0, 11}), "0x1F");
  EXPECT_EQ(scan->SpellingAt({1, 11}), "-1.50");
  EXPECT_EQ(scan->SpellingAt({2, 11}), "");
}

TEST(ProtobufSourceScanTest, DisguisesWhatTheParserWouldRefuse) {
  const auto scan = ScanSource("message M { oneof o { } option map_entry = true; }", 10);
  ASSERT_TRUE(scan.ok()) << scan.status();
  EXPECT_EQ(scan->text.find("oneof"), std::string::npos);
  EXPECT_EQ(scan->text.find("map_entry"), std::string::npos);
  EXPECT_TRUE(scan->IsEmptyOneof({0, 12}));
  // In place: every other token stays where it was.
  EXPECT_EQ(scan->text.size(), std::string("message M { oneof o { } option map_entry = true; }").size());
}

TEST(ProtobufSourceScanTest, LeavesTheSameWordsInOtherPlacesAlone) {
  constexpr char kText[] =
      "message M { oneof o { int32 a = 1; } option (x) = { oneof: 1 map_entry: 2 }; string oneof = 2; }";
  EXPECT_EQ(ScanSource(kText, 10)->text, kText);
}

TEST(ProtobufSourceScanTest, NamesTheBytesThatAreNoText) {
  for (const std::string& text : {std::string("message M {\n \0 }", 16), std::string("// \xFF")}) {
    const auto scan = ScanSource(text, 10);
    ASSERT_EQ(ReasonOf(scan.status()), ErrorReason::kSchemaInvalid);
    EXPECT_GT(DetailOf(scan.status()).line, 0);
    EXPECT_GT(DetailOf(scan.status()).column, 0);
  }
}

TEST(ProtobufSourceScanTest, DepthIsBounded) {
  EXPECT_TRUE(ScanSource("{{}}", 2).ok());
  EXPECT_EQ(ReasonOf(ScanSource("{{{", 2).status()), ErrorReason::kSchemaTooComplex);
}

}  // namespace
}  // namespace regent::protobuf
