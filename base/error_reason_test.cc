#include "base/error_reason.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/cord.h"

namespace regent {
namespace {

TEST(ErrorTableTest, HasARowForEachReasonInOrder) {
  const std::vector<ErrorRow>& table = ErrorTable();
  ASSERT_EQ(table.size(), static_cast<size_t>(ErrorReason::kAssociationInvalid) + 1);
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(table[i].reason), i);
    EXPECT_EQ(&RowOf(table[i].reason), &table[i]);
  }
}

TEST(ErrorTableTest, NamesAreDistinctAndInCapitals) {
  std::set<std::string_view> names;
  for (const ErrorRow& row : ErrorTable()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos) << row.name;
  }
}

TEST(ErrorTableTest, NoReasonIsOk) {
  for (const ErrorRow& row : ErrorTable()) EXPECT_NE(row.code, absl::StatusCode::kOk) << row.name;
}

TEST(ErrorTableTest, ConfluentNumbersBeginWithTheirHttpStatus) {
  for (const ErrorRow& row : ErrorTable()) {
    EXPECT_EQ(row.rest_code > 999 ? row.rest_code / 100 : row.rest_code, row.http_status) << row.name;
  }
}

TEST(ErrorTableTest, WhatOnlyTimeCanMendIsUnavailable) {
  for (const ErrorReason reason :
       {ErrorReason::kNoPrimary, ErrorReason::kNotPrimary, ErrorReason::kOutcomeUnknown, ErrorReason::kLogUnavailable,
        ErrorReason::kNotReady, ErrorReason::kShuttingDown, ErrorReason::kPositionNotReached}) {
    EXPECT_EQ(RowOf(reason).code, absl::StatusCode::kUnavailable) << RowOf(reason).name;
  }
}

TEST(ErrorTableTest, NumberFromANewerPeerIsAnInternalError) {
  EXPECT_EQ(RowOf(static_cast<ErrorReason>(1000)).reason, ErrorReason::kInternal);
  EXPECT_EQ(RowOf(static_cast<ErrorReason>(-1)).reason, ErrorReason::kInternal);
}

TEST(ErrorTest, CarriesCodeMessageAndReason) {
  for (const ErrorRow& row : ErrorTable()) {
    const absl::Status status = MakeError(row.reason, "what happened");
    EXPECT_EQ(status.code(), row.code);
    EXPECT_EQ(status.message(), "what happened");
    EXPECT_EQ(ReasonOf(status), row.reason);
  }
}

TEST(ErrorTest, DetailIsReadBackWhole) {
  ErrorDetail detail;
  detail.subject = Subject(".eu", "orders-value");
  detail.version = Version(INT32_MAX);
  detail.id = SchemaId(-1);
  detail.referrers = {{Subject(".", "a"), Version(1)}, {Subject(".x", std::string("b\0c", 3)), Version(2)}};
  detail.line = 300;
  detail.column = 70000;
  detail.path = "/fields/3/type";
  detail.report.emplace();
  detail.report->level = CompatibilityLevel::kFullTransitive;
  detail.report->compatible = false;
  detail.report->versions.resize(2);
  detail.report->versions[0].version = Version(4);
  detail.report->versions[1].version = Version(3);
  detail.report->versions[1].truncated = true;
  detail.report->versions[1].differences = {
      {"TYPE_MISMATCH", "/", "detail", "message", "fix", Difference::Breaks::kOldReader, "old", "new"}, {}};

  const ErrorDetail read = DetailOf(MakeError(ErrorReason::kSchemaIncompatible, "no", detail));
  EXPECT_EQ(read.subject, detail.subject);
  EXPECT_EQ(read.version, detail.version);
  EXPECT_EQ(read.id, detail.id);
  EXPECT_EQ(read.referrers, detail.referrers);
  EXPECT_EQ(read.line, detail.line);
  EXPECT_EQ(read.column, detail.column);
  EXPECT_EQ(read.path, detail.path);
  ASSERT_TRUE(read.report.has_value());
  EXPECT_EQ(read.report->level, CompatibilityLevel::kFullTransitive);
  EXPECT_FALSE(read.report->compatible);
  ASSERT_EQ(read.report->versions.size(), 2u);
  EXPECT_EQ(read.report->versions[0].version, Version(4));
  EXPECT_FALSE(read.report->versions[0].truncated);
  EXPECT_TRUE(read.report->versions[1].truncated);
  EXPECT_EQ(read.report->versions[1].differences, detail.report->versions[1].differences);
}

TEST(ErrorTest, DetailThatWasNotGivenIsEmpty) {
  const ErrorDetail read = DetailOf(MakeError(ErrorReason::kNotReady, "soon"));
  EXPECT_FALSE(read.subject.has_value());
  EXPECT_FALSE(read.report.has_value());
  EXPECT_TRUE(read.referrers.empty());
  EXPECT_EQ(read.line, 0);
}

TEST(ErrorTest, StatusFromElsewhereIsInternal) {
  EXPECT_EQ(ReasonOf(absl::NotFoundError("x")), ErrorReason::kInternal);
  EXPECT_EQ(DetailOf(absl::NotFoundError("x")).path, "");
  EXPECT_EQ(ReasonOf(absl::OkStatus()), ErrorReason::kUnspecified);
}

TEST(ErrorTest, DamagedPayloadsAreReadWithoutHarm) {
  ErrorDetail detail;
  detail.path = "/a";
  detail.report.emplace().versions.resize(3);
  const absl::Status whole = MakeError(ErrorReason::kSchemaIncompatible, "no", detail);
  std::string url;
  std::string bytes;
  whole.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    url = std::string(type_url);
    bytes = std::string(payload);
  });
  ASSERT_FALSE(bytes.empty());
  for (size_t size = 0; size < bytes.size(); ++size) {
    absl::Status damaged(absl::StatusCode::kInternal, "x");
    damaged.SetPayload(url, absl::Cord(bytes.substr(0, size)));
    EXPECT_EQ(DetailOf(damaged).path, "") << size;
    for (const char byte : {'\x7f', '\x80', '\xff'}) {
      std::string changed = bytes;
      changed[size] = byte;
      damaged.SetPayload(url, absl::Cord(changed));
      ReasonOf(damaged);
      EXPECT_LE(DetailOf(damaged).path.size(), bytes.size());
    }
  }
}

TEST(ErrorsTest, WordsAreThoseThatConfluentsClientsKnow) {
  const Subject subject(".", "x");
  const Subject elsewhere(".eu", "x");
  EXPECT_EQ(errors::SubjectNotFound(subject).message(), "Subject 'x' not found.");
  EXPECT_EQ(errors::SubjectNotFound(elsewhere).message(), "Subject ':.eu:x' not found.");
  EXPECT_EQ(errors::VersionNotFound(subject, Version(3)).message(), "Version 3 not found.");
  EXPECT_EQ(errors::SchemaNotFound(SchemaId(7)).message(), "Schema 7 not found");
  EXPECT_EQ(errors::SchemaNotFound().message(), "Schema not found");
}

TEST(ErrorsTest, NameWhatTheyAreAbout) {
  const Subject subject(".eu", "x");
  EXPECT_EQ(ReasonOf(errors::VersionNotFound(subject, Version(3))), ErrorReason::kVersionNotFound);
  EXPECT_EQ(DetailOf(errors::VersionNotFound(subject, Version(3))).subject, subject);
  EXPECT_EQ(DetailOf(errors::VersionNotFound(subject, Version(3))).version, Version(3));
  EXPECT_EQ(DetailOf(errors::SchemaNotFound(SchemaId(7))).id, SchemaId(7));
  EXPECT_EQ(DetailOf(errors::RequestInvalid("page_size", "must not be negative")).path, "page_size");
  EXPECT_EQ(errors::RequestInvalid("page_size", "must not be negative").message(), "page_size: must not be negative");
}

TEST(ErrorsTest, SchemaErrorsSayWhere) {
  EXPECT_EQ(errors::SchemaInvalid("Unknown type \"strng\"", "/fields/3/type", 2, 7).message(),
            "Unknown type \"strng\" at /fields/3/type, line 2 column 7");
  EXPECT_EQ(errors::SchemaInvalid("Empty schema").message(), "Empty schema");
  EXPECT_EQ(errors::SchemaInvalid("Unexpected end", "", 4).message(), "Unexpected end at line 4");
  EXPECT_EQ(errors::SchemaTooComplex("Nested too deeply", "/items").message(), "Nested too deeply at /items");
  const ErrorDetail detail = DetailOf(errors::SchemaInvalid("Unknown", "/fields/3/type", 2, 7));
  EXPECT_EQ(detail.path, "/fields/3/type");
  EXPECT_EQ(detail.line, 2);
  EXPECT_EQ(detail.column, 7);
}

}  // namespace
}  // namespace regent
