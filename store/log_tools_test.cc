// Scanning, reporting on and copying logs, on the log in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "store/log_copy.h"
#include "store/log_report.h"
#include "store/log_scan.h"
#include "store/log_testing.h"
#include "store/memory/memory_log.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Record SchemaOf(const std::string& subject, int version, int id, const std::string& text, const std::string& token) {
  SchemaRecord schema;
  schema.id = SchemaId(id);
  schema.content.type = SchemaType::kAvro;
  schema.content.text = text;
  Record record =
      EncodeRecord({.type = KeyType::kSchema, .subject = Subject(".", subject), .version = Version(version)}, schema);
  if (!token.empty()) record.headers.push_back({kClaimHeader, token});
  return record;
}

Record ClaimOf(int epoch, const std::string& token, const std::string& log_id) {
  ClaimRecord claim;
  claim.node = "n";
  claim.log_id = log_id;
  Record record = EncodeRecord({.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch)}, claim);
  record.headers.push_back({kClaimHeader, token});
  return record;
}

class LogToolsTest : public testing::Test {
 protected:
  std::shared_ptr<MemoryLogStorage> source_ = MemoryLogStorage::Create("source");
  std::shared_ptr<MemoryLogStorage> target_ = MemoryLogStorage::Create("target");

  int64_t told_ = 0;  // how far the copy had come at last

  absl::StatusOr<LogCopy> Copy() {
    const std::unique_ptr<Log> source = source_->Open();
    return CopyLog(
        source.get(), [this]() -> absl::StatusOr<std::unique_ptr<Log>> { return target_->Open(); },
        [this](int64_t records) { told_ = records; });
  }
};

TEST_F(LogToolsTest, AScanGivesAllRecordsAndTheEnd) {
  for (int i = 0; i < 5; ++i) source_->Put(TextRecord("k", std::to_string(i)));
  const std::unique_ptr<Log> log = source_->Open();
  std::vector<std::string> values;
  const auto end = ScanLog(log.get(), [&](const LogRecord& record) {
    values.push_back(*record.record.value);
    return absl::OkStatus();
  });
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(*end, Offset(5));
  EXPECT_THAT(values, ElementsAre("0", "1", "2", "3", "4"));
}

TEST_F(LogToolsTest, AScanEndsWithTheVisitorsError) {
  source_->Put(TextRecord("k", ""));
  const std::unique_ptr<Log> log = source_->Open();
  const auto end = ScanLog(log.get(), [&](const LogRecord&) { return MakeError(ErrorReason::kOverloaded, "enough"); });
  EXPECT_EQ(ReasonOf(end.status()), ErrorReason::kOverloaded);
}

TEST_F(LogToolsTest, ALogInGoodOrderHasNoProblems) {
  source_->Put(ClaimOf(1, "t1", "source"));
  source_->Put(SchemaOf("a", 1, 1, "\"int\"", "t1"));
  source_->Put(SchemaOf("a", 2, 2, "\"long\"", "t1"));
  source_->Put(SchemaOf("b", 1, 1, "\"int\"", "t1"));
  const std::unique_ptr<Log> log = source_->Open();
  const auto report = ReportOn(log.get());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->Problems(), IsEmpty());
  EXPECT_EQ(report->records, 4);
  EXPECT_EQ(report->claims, 1);
  EXPECT_EQ(report->claim.token, "t1");
  EXPECT_EQ(report->subjects, 2);
  EXPECT_EQ(report->versions, 3);
  EXPECT_EQ(report->next, Offset(4));
}

TEST_F(LogToolsTest, AZombiesRecordIsReportedByItsKey) {
  source_->Put(ClaimOf(1, "t1", "source"));
  source_->Put(SchemaOf("a", 1, 1, "\"int\"", "t1"));
  source_->Put(ClaimOf(2, "t2", "source"));
  source_->Put(SchemaOf("a", 1, 1, "\"long\"", "t1"));
  const std::unique_ptr<Log> log = source_->Open();
  const auto report = ReportOn(log.get());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->counters.fenced, 1);
  EXPECT_THAT(report->Problems(), ElementsAre(HasSubstr(R"("subject":"a","version":1)")));
}

TEST_F(LogToolsTest, AnotherRegistrysRecordIsReported) {
  source_->Put(ClaimOf(1, "t1", "source"));
  source_->Put(SchemaOf("a", 1, 1, "\"int\"", ""));
  const std::unique_ptr<Log> log = source_->Open();
  const auto report = ReportOn(log.get());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->Problems(),
              ElementsAre(HasSubstr("another registry wrote it"), HasSubstr("regent cluster resume")));
}

TEST_F(LogToolsTest, ACopyHoldsTheSameRecordsAndMakesTheSameState) {
  source_->Put(ClaimOf(1, "t1", "source"));
  for (int i = 1; i <= 5000; ++i) source_->Put(SchemaOf("s" + std::to_string(i), 1, i, "\"int\"", "t1"));
  source_->Put(ClaimOf(2, "t2", "source"));
  source_->Put(SchemaOf("s1", 1, 1, "\"long\"", "t1"));
  const auto copy = Copy();
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(copy->records, 5003);
  EXPECT_EQ(told_, 5003);
  const std::vector<LogRecord> source = source_->records();
  const std::vector<LogRecord> target = target_->records();
  ASSERT_EQ(target.size(), source.size());
  for (size_t i = 0; i < source.size(); ++i) ASSERT_EQ(target[i].record, source[i].record) << i;
}

TEST_F(LogToolsTest, NothingIsCopiedOntoSomething) {
  source_->Put(TextRecord("k", "v"));
  target_->Put(TextRecord("x", "y"));
  const auto copy = Copy();
  EXPECT_EQ(ReasonOf(copy.status()), ErrorReason::kRequestInvalid);
  EXPECT_THAT(std::string(copy.status().message()), HasSubstr("is not empty: a record stands at offset 0"));
  EXPECT_EQ(target_->records().size(), 1u);
}

}  // namespace
}  // namespace regent
