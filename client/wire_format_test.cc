#include "client/wire_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using std::string_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Path(const MessagePath& path) {
  std::string out;
  const absl::Status status = AppendMessagePath(path, &out);
  EXPECT_TRUE(status.ok()) << status;
  return out;
}

std::string ErrorOf(const absl::Status& status) {
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
  return std::string(status.message());
}

template <typename Taken>
std::string ErrorOfTaking(absl::StatusOr<Taken> (*take)(std::string_view*), const std::string& bytes) {
  std::string_view rest = bytes;
  const auto taken = take(&rest);
  EXPECT_EQ(rest, bytes) << "nothing is taken";
  return taken.ok() ? "no error" : ErrorOf(taken.status());
}

TEST(SchemaKeyTest, IsAZeroByteAndTheIdBigEndian) {
  std::string out = "before";
  ASSERT_TRUE(AppendSchemaKey(SchemaId(0x01020384), &out).ok());
  EXPECT_EQ(out, "before\x00\x01\x02\x03\x84"s);
}

TEST(SchemaKeyTest, IsAOneByteAndTheGuidInHeaders) {
  std::string out;
  ASSERT_TRUE(AppendSchemaKey(*ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d"), &out).ok());
  EXPECT_EQ(out, "\x01\x09\x5d\x71\xcf\x12\x55\x6b\x9d\x5e\x33\x0a\xd5\x75\xb3\xdf\x5d"s);
}

TEST(SchemaKeyTest, IsTakenOffTheFront) {
  const std::string bytes = "\x00\x7f\xff\xff\xffrest"s;
  std::string_view rest = bytes;
  EXPECT_EQ(*TakeSchemaKey(&rest), SchemaKey(SchemaId(2147483647)));
  EXPECT_EQ(rest, "rest");
  std::string framed;
  const ContentHash guid = *ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  ASSERT_TRUE(AppendSchemaKey(guid, &framed).ok());
  rest = framed;
  EXPECT_EQ(*TakeSchemaKey(&rest), SchemaKey(guid));
  EXPECT_EQ(rest, "");
}

TEST(SchemaKeyTest, RefusesOtherMagicBytes) {
  EXPECT_EQ(ErrorOfTaking(TakeSchemaKey, "{\"a\":1}"),
            "unknown magic byte 0x7b: the message was not framed for a schema registry");
  EXPECT_THAT(ErrorOfTaking(TakeSchemaKey, "\x03\x00"s + std::string(16, 'u')), HasSubstr("AWS Glue"));
  EXPECT_THAT(ErrorOfTaking(TakeSchemaKey, "\xff"), HasSubstr("0xff"));
}

TEST(SchemaKeyTest, RefusesWhatIsTooShort) {
  for (const std::string& bytes : {""s, "\x00"s, "\x00\x00\x00\x01"s, "\x01"s, "\x01"s + std::string(15, 'g')}) {
    EXPECT_EQ(ErrorOfTaking(TakeSchemaKey, bytes),
              "the message is too short to name a schema: " + std::to_string(bytes.size()) + " bytes");
  }
}

TEST(SchemaKeyTest, RefusesIdsBelowOne) {
  EXPECT_THAT(ErrorOfTaking(TakeSchemaKey, "\x00\x00\x00\x00\x00"s), HasSubstr("not 0"));
  EXPECT_THAT(ErrorOfTaking(TakeSchemaKey, "\x00\xff\xff\xff\xff"s), HasSubstr("not -1"));
  std::string out;
  EXPECT_THAT(ErrorOf(AppendSchemaKey(SchemaId(0), &out)), HasSubstr("not 0"));
  EXPECT_EQ(out, "");
}

// Confluent's own bytes.
TEST(MessagePathTest, HasTheKnownForms) {
  EXPECT_EQ(Path({0}), "\x00"s);
  EXPECT_EQ(Path({1}), "\x02\x02"s);
  EXPECT_EQ(Path({1, 0}), "\x04\x02\x00"s);
  EXPECT_EQ(Path({0, 0}), "\x04\x00\x00"s);
  EXPECT_EQ(Path({64}), "\x02\x80\x01"s);
}

TEST(MessagePathTest, ComesBackAsItWent) {
  for (const MessagePath& path : {MessagePath{0}, MessagePath{1}, MessagePath{1, 0},
                                  MessagePath{63, 64, 8191, 8192, 2147483647}, MessagePath(kMessagePathLongest, 5)}) {
    const std::string bytes = Path(path) + "payload";
    std::string_view rest = bytes;
    const auto taken = TakeMessagePath(&rest);
    ASSERT_TRUE(taken.ok()) << taken.status();
    EXPECT_EQ(*taken, path);
    EXPECT_EQ(rest, "payload");
  }
}

TEST(MessagePathTest, IsTakenInItsLongFormToo) {
  const std::string bytes = "\x02\x00payload"s;
  std::string_view rest = bytes;
  EXPECT_THAT(*TakeMessagePath(&rest), ElementsAre(0));
  EXPECT_EQ(rest, "payload");
}

TEST(MessagePathTest, RefusesWhatIsCutShort) {
  for (const std::string& bytes : {""s, "\x80"s, "\x02"s, "\x04\x02"s, "\x02\x80"s}) {
    EXPECT_THAT(ErrorOfTaking(TakeMessagePath, bytes), HasSubstr("cut short"));
  }
}

TEST(MessagePathTest, RefusesNegativeAndOversizedNumbers) {
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\x01"s), HasSubstr("no number"));
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\x02\x01"s), HasSubstr("no number"));
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\x02\xff\xff\xff\xff\x1f"s), HasSubstr("no number"));
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\x80\x80\x80\x80\x80\x00"s), HasSubstr("no number"));
}

TEST(MessagePathTest, RefusesLongPathsBeforeItAllocates) {
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\xfe\xff\xff\xff\x0f"s), HasSubstr("too long: 2147483647 indexes"));
  EXPECT_THAT(ErrorOfTaking(TakeMessagePath, "\x82\x02"s + std::string(129, '\0')), HasSubstr("too long: 129"));
}

TEST(MessagePathTest, RefusesToWriteWhatNobodyCouldRead) {
  std::string out;
  EXPECT_THAT(ErrorOf(AppendMessagePath({}, &out)), HasSubstr("at least one"));
  EXPECT_THAT(ErrorOf(AppendMessagePath({1, -1}, &out)), HasSubstr("negative"));
  EXPECT_THAT(ErrorOf(AppendMessagePath(MessagePath(kMessagePathLongest + 1, 0), &out)), HasSubstr("too long"));
  EXPECT_EQ(out, "");
}

TEST(ReadFramingTest, ReadsTheHeaderBeforeTheRecord) {
  const std::string header = "\x01"s + std::string(16, 'g') + "\x02\x02"s;
  const std::string record = "payload";
  const auto framed = ReadFraming(header, record);
  ASSERT_TRUE(framed.ok());
  EXPECT_TRUE(framed->in_header);
  EXPECT_TRUE(std::holds_alternative<ContentHash>(framed->key));
  EXPECT_EQ(framed->after_key, "\x02\x02"s);
}

TEST(ReadFramingTest, ReadsEitherKeyInEitherPlace) {
  const std::string id = "\x00\x00\x00\x00\x07"s;
  const std::string guid = "\x01"s + std::string(16, 'g');
  EXPECT_EQ(ReadFraming(id, "payload")->key, SchemaKey(SchemaId(7)));
  const std::string record = id + "payload";
  const auto framed = ReadFraming(std::nullopt, record);
  EXPECT_EQ(framed->after_key, "payload");
  EXPECT_EQ(framed->key, SchemaKey(SchemaId(7)));
  EXPECT_FALSE(framed->in_header);
  EXPECT_TRUE(std::holds_alternative<ContentHash>(ReadFraming(std::nullopt, guid)->key));
}

TEST(ReadFramingTest, DoesNotFallBackToTheRecordWhenTheHeaderIsWrong) {
  EXPECT_THAT(ErrorOf(ReadFraming("?", "\x00\x00\x00\x00\x07"s).status()), HasSubstr("0x3f"));
}

}  // namespace
}  // namespace regent::client
