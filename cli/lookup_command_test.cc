#include "cli/lookup_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

TEST(LookupCommandTest, SaysWhichVersionHoldsTheSchema) {
  const auto connection = std::make_shared<StrictMock<MockRegistryConnection>>();
  client::LookupSchemaRequest request;
  client::SchemaVersion found = SampleVersion();
  found.deleted = true;
  EXPECT_CALL(*connection, LookupSchema).WillOnce(DoAll(SaveArg<1>(&request), Return(found)));
  const Outcome outcome =
      RunWords({"lookup", "orders-value", "cli/testdata/order.json", "--deleted", "--normalize"}, {connection, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out, "orders-value version 3, id 7 (deleted)\n");
  EXPECT_EQ(request.subject, Subject(".", "orders-value"));
  EXPECT_EQ(request.content.type, SchemaType::kJson);
  EXPECT_EQ(request.content.text, "{\"type\": \"object\"}\n");
  EXPECT_EQ(request.deleted, client::Deleted::kInclude);
  EXPECT_TRUE(request.normalize);
}

TEST(LookupCommandTest, PrintsTheSchemaAsJson) {
  const auto connection = std::make_shared<StrictMock<MockRegistryConnection>>();
  EXPECT_CALL(*connection, LookupSchema).WillOnce(Return(SampleVersion()));
  EXPECT_THAT(RunWords({"--output=json", "lookup", "s", "-"}, {connection, "\"int\"", {}}).out,
              HasSubstr(R"({"subject":"orders-value","version":3,"id":7,)"));
}

TEST(LookupCommandTest, ExitsOneWhenTheSubjectDoesNotHoldIt) {
  const auto connection = std::make_shared<StrictMock<MockRegistryConnection>>();
  EXPECT_CALL(*connection, LookupSchema).WillOnce(Return(errors::SchemaNotFound()));
  const Outcome outcome = RunWords({"lookup", "s", "-"}, {connection, "\"int\"", {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("SCHEMA_NOT_FOUND"));
}

}  // namespace
}  // namespace regent::cli
