#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "google/rpc/error_details.pb.h"
#include "server/grpc/testing/served_registry.h"

namespace regent {
namespace {

using ::testing::_;
using ::testing::Field;
using ::testing::Return;

constexpr char kText[] = "\"string\"";
constexpr char kGuid[] = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";

v1::SubjectRef Orders() {
  v1::SubjectRef subject;
  subject.set_subject("orders");
  return subject;
}

v1::Schema StringSchema() {
  v1::Schema schema;
  schema.set_text(kText);
  return schema;
}

class SchemaRegistryServiceTest : public ::testing::Test {
 protected:
  ServedRegistry served_;
  grpc::ClientContext context_;
};

TEST_F(SchemaRegistryServiceTest, RegisterSchemaAnswersTheVersion) {
  EXPECT_CALL(served_.registry(), Write(Field(&CallContext::request_id, "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11"), _, _))
      .WillOnce([](const CallContext& context, WriteCommand command, WriteDone done) {
        EXPECT_EQ(std::get<RegisterSchema>(command).subject, Subject(".", "orders"));
        EXPECT_EQ(std::get<RegisterSchema>(command).content.text, kText);
        EXPECT_EQ(context.deadline, SteadyTime::max());
        EXPECT_EQ(context.caller.rfind("ipv4:127.0.0.1:", 0), 0u) << context.caller;
        WriteResult result;
        result.position = {"log", Offset(42)};
        result.changed = true;
        result.registered = OrdersVersion(kText);
        done(result);
      });
  v1::RegisterSchemaRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  request.mutable_options()->set_request_id("7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11");
  v1::RegisterSchemaResponse response;
  const grpc::Status status = served_.schemas().RegisterSchema(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.result().changed());
  EXPECT_EQ(response.result().position().log_id(), "log");
  EXPECT_EQ(response.result().position().offset(), 42);
  EXPECT_EQ(response.schema_version().version(), 2);
  EXPECT_EQ(response.schema_version().stored().id(), 7);
  EXPECT_EQ(response.schema_version().stored().schema().text(), kText);
}

TEST_F(SchemaRegistryServiceTest, RegisterSchemaAnswersAnIncompatibilityWithItsReport) {
  EXPECT_CALL(served_.registry(), Write).WillOnce([](const CallContext&, WriteCommand, WriteDone done) {
    ErrorDetail detail;
    detail.subject = Subject(".", "orders");
    detail.report.emplace();
    detail.report->compatible = false;
    detail.report->versions = {{Version(1), {{"TYPE_MISMATCH", "/type", "", "differs", "", {}}}, false}};
    done(MakeError(ErrorReason::kSchemaIncompatible, "does not fit", detail));
  });
  v1::RegisterSchemaRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  v1::RegisterSchemaResponse response;
  const grpc::Status status = served_.schemas().RegisterSchema(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "does not fit");
  EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_SCHEMA_INCOMPATIBLE);
  const auto report = FindDetail<v1::CompatibilityReport>(status);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->versions(0).differences(0).path(), "/type");
}

// A client that was not told otherwise takes 8 KiB of headers; with more it would see RESOURCE_EXHAUSTED instead.
TEST_F(SchemaRegistryServiceTest, TheLongestErrorFitsIntoAClientsHeaders) {
  EXPECT_CALL(served_.registry(), Write).WillOnce([](const CallContext&, WriteCommand, WriteDone done) {
    std::string euros;
    for (int i = 0; i < 100000; ++i) euros += "\xe2\x82\xac";
    ErrorDetail detail;
    detail.subject = Subject(".x", euros);
    detail.path = euros;
    detail.report.emplace();
    for (int i = 0; i < 100; ++i) {
      detail.report->versions.push_back({Version(100 - i), {{"TYPE_MISMATCH", euros, euros, euros, euros, {}}}, false});
    }
    done(MakeError(ErrorReason::kSchemaIncompatible, euros, detail));
  });
  v1::RegisterSchemaRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  v1::RegisterSchemaResponse response;
  const grpc::Status status = served_.schemas().RegisterSchema(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_SCHEMA_INCOMPATIBLE);
  EXPECT_TRUE(FindDetail<v1::CompatibilityReport>(status).has_value());
}

TEST_F(SchemaRegistryServiceTest, LookupSchemaAnswersTheVersionAndThePosition) {
  EXPECT_CALL(served_.registry(), LookupSchema(Field(&Lookup::deleted, Deleted::kInclude)))
      .WillOnce(Return(OrdersVersion(kText)));
  v1::LookupSchemaRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  request.set_deleted(v1::DELETED_FILTER_INCLUDE);
  v1::SchemaVersion response;
  const grpc::Status status = served_.schemas().LookupSchema(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.version(), 2);
  EXPECT_EQ(response.stored().guid(), kGuid);
  EXPECT_EQ(response.create_time().seconds(), 1700000000);
  EXPECT_EQ(PositionIn(context_), "41@log");
}

TEST_F(SchemaRegistryServiceTest, GetSchemaFindsById) {
  for (const size_t size : {10, 1000000}) {
    const std::string text(size, 'x');
    EXPECT_CALL(served_.registry(), GetSchemaById(".eu", SchemaId(7))).WillOnce(Return(OrdersVersion(text).stored));
    v1::GetSchemaRequest request;
    request.mutable_id_in_context()->set_context(".eu");
    request.mutable_id_in_context()->set_id(7);
    grpc::ClientContext context;
    v1::StoredSchema response;
    const grpc::Status status = served_.schemas().GetSchema(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.id(), 7);
    EXPECT_EQ(response.guid(), kGuid);
    EXPECT_EQ(response.schema().type(), v1::SCHEMA_TYPE_AVRO);
    EXPECT_EQ(response.schema().text(), text);
    EXPECT_EQ(PositionIn(context), "41@log");
  }
}

TEST_F(SchemaRegistryServiceTest, GetSchemaFindsByGuid) {
  EXPECT_CALL(served_.registry(), GetSchemaByGuid(*ContentHash::ParseGuid(kGuid)))
      .WillOnce(Return(OrdersVersion(kText).stored));
  v1::GetSchemaRequest request;
  request.set_guid(kGuid);
  v1::StoredSchema response;
  const grpc::Status status = served_.schemas().GetSchema(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.id(), 7);
}

TEST_F(SchemaRegistryServiceTest, EveryReasonArrivesWithItsCode) {
  v1::GetSchemaRequest request;
  request.mutable_id_in_context()->set_id(7);
  for (const ErrorRow& row : ErrorTable()) {
    if (row.reason == ErrorReason::kUnspecified) continue;
    EXPECT_CALL(served_.registry(), GetSchemaById).WillOnce(Return(MakeError(row.reason, "why")));
    grpc::ClientContext context;
    v1::StoredSchema response;
    const grpc::Status status = served_.schemas().GetSchema(&context, request, &response);
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(row.code)) << row.name;
    EXPECT_EQ(static_cast<int>(ReasonIn(status)), static_cast<int>(row.reason)) << row.name;
    const auto info = FindDetail<google::rpc::ErrorInfo>(status);
    ASSERT_TRUE(info.has_value()) << row.name;
    EXPECT_EQ(info->reason(), row.name);
    EXPECT_EQ(info->domain(), "regent");
    EXPECT_EQ(FindDetail<google::rpc::RetryInfo>(status).has_value(),
              row.code == absl::StatusCode::kUnavailable || row.code == absl::StatusCode::kResourceExhausted)
        << row.name;
  }
}

TEST_F(SchemaRegistryServiceTest, GetSchemaVersionAnswersTheNewest) {
  EXPECT_CALL(served_.registry(), GetSchemaVersion(Field(&GetVersion::version, std::optional<Version>())))
      .WillOnce(Return(OrdersVersion(kText)));
  v1::GetSchemaVersionRequest request;
  *request.mutable_subject() = Orders();
  v1::SchemaVersion response;
  const grpc::Status status = served_.schemas().GetSchemaVersion(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.subject().subject(), "orders");
  EXPECT_EQ(response.version(), 2);
  EXPECT_EQ(PositionIn(context_), "41@log");
}

TEST_F(SchemaRegistryServiceTest, CheckCompatibilityAnswersTheWholeReport) {
  CompatibilityReport report;
  report.level = CompatibilityLevel::kFull;
  report.compatible = false;
  report.versions = {{Version(2), {}, false}};
  for (int i = 0; i < 100; ++i) {
    report.versions[0].differences.push_back({"TYPE_MISMATCH", "/f", "", std::string(2000, 'x'), "", {}});
  }
  EXPECT_CALL(served_.registry(), CheckCompatibility(Field(&CheckSchema::against, CheckSchema::Against::kLatest)))
      .WillOnce(Return(report));
  v1::CheckCompatibilityRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  request.set_version(-1);
  v1::CompatibilityReport response;
  const grpc::Status status = served_.schemas().CheckCompatibility(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(response.compatible());
  EXPECT_EQ(response.level(), v1::COMPATIBILITY_LEVEL_FULL);
  ASSERT_EQ(response.versions(0).differences_size(), 100);
  EXPECT_EQ(response.versions(0).differences(99).message().size(), 2000u);
}

TEST_F(SchemaRegistryServiceTest, ListSubjectsGoesFromPageToPage) {
  EXPECT_CALL(served_.registry(), Subjects(Field(&ListSubjects::after, "")))
      .WillOnce(Return(SubjectPage{{Subject(".", "a"), Subject(".eu", "b")}, ":.eu:b"}));
  EXPECT_CALL(served_.registry(), Subjects(Field(&ListSubjects::after, ":.eu:b")))
      .WillOnce(Return(SubjectPage{{Subject(".eu", "c")}, ""}));
  v1::ListSubjectsRequest request;
  request.set_context("*");
  request.set_page_size(2);
  std::vector<std::string> seen;
  do {
    grpc::ClientContext context;
    v1::ListSubjectsResponse response;
    const grpc::Status status = served_.schemas().ListSubjects(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const auto& subject : response.subjects()) seen.push_back(subject.context() + "/" + subject.subject());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"./a", ".eu/b", ".eu/c"}));
}

TEST_F(SchemaRegistryServiceTest, ListVersionsGoesFromPageToPage) {
  std::vector<SchemaVersion> versions;
  for (const int version : {1, 2, 5, 7}) {
    versions.push_back(OrdersVersion(kText));
    versions.back().version = Version(version);
  }
  // Page sizes that end within, at and behind the list.
  for (const int page_size : {1, 2, 3, 4, 5}) {
    EXPECT_CALL(served_.registry(), Versions).WillRepeatedly(Return(versions));
    v1::ListVersionsRequest request;
    *request.mutable_subject() = Orders();
    request.set_page_size(page_size);
    std::vector<int> seen;
    int pages = 0;
    do {
      grpc::ClientContext context;
      v1::ListVersionsResponse response;
      const grpc::Status status = served_.schemas().ListVersions(&context, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_LE(response.versions_size(), page_size);
      for (const auto& version : response.versions()) seen.push_back(version.version());
      request.set_page_token(response.next_page_token());
      ++pages;
    } while (!request.page_token().empty());
    EXPECT_EQ(seen, (std::vector<int>{1, 2, 5, 7})) << page_size;
    EXPECT_EQ(pages, (4 + page_size - 1) / page_size);
  }
}

TEST_F(SchemaRegistryServiceTest, ListSchemaTypesAnswersWhatTheNodeKnows) {
  v1::ListSchemaTypesResponse response;
  const grpc::Status status = served_.schemas().ListSchemaTypes(&context_, {}, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.types_size(), 1);
  EXPECT_EQ(response.types(0), v1::SCHEMA_TYPE_AVRO);
}

TEST_F(SchemaRegistryServiceTest, MalformedRequestsNeverReachTheRegistry) {
  EXPECT_CALL(served_.registry(), Write).Times(0);
  EXPECT_CALL(served_.registry(), LookupSchema).Times(0);
  EXPECT_CALL(served_.registry(), CheckCompatibility).Times(0);
  EXPECT_CALL(served_.registry(), GetSchemaById).Times(0);
  EXPECT_CALL(served_.registry(), GetSchemaVersion).Times(0);
  EXPECT_CALL(served_.registry(), Versions).Times(0);
  for (const char* method :
       {"RegisterSchema", "LookupSchema", "GetSchema", "GetSchemaVersion", "CheckCompatibility", "ListVersions"}) {
    std::string response;
    const grpc::Status status = served_.CallRaw(std::string("/regent.v1.SchemaRegistry/") + method, "", &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_REQUEST_INVALID) << method;
    const auto bad_request = FindDetail<google::rpc::BadRequest>(status);
    ASSERT_TRUE(bad_request.has_value()) << method;
    EXPECT_GT(bad_request->field_violations_size(), 0) << method;
  }
}

TEST_F(SchemaRegistryServiceTest, TextThatIsNotUtf8IsRefusedByField) {
  v1::RegisterSchemaRequest request;
  *request.mutable_subject() = Orders();
  request.mutable_schema()->set_text("\"st\xffring\"");
  std::string response;
  const grpc::Status status =
      served_.CallRaw("/regent.v1.SchemaRegistry/RegisterSchema", request.SerializeAsString(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "schema.text: not valid UTF-8");
  EXPECT_EQ(FindDetail<google::rpc::BadRequest>(status)->field_violations(0).field(), "schema.text");
}

TEST_F(SchemaRegistryServiceTest, BytesThatAreNoProtobufAreRefused) {
  for (const std::string& bytes : {std::string("\xff\xff\xff\xff"), std::string("{\"subject\":1}"),
                                   std::string(1000, '\0'), std::string("\x0a\xff\xff\xff\xff\x0f", 6)}) {
    std::string response;
    const grpc::Status status = served_.CallRaw("/regent.v1.SchemaRegistry/GetSchema", bytes, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_REQUEST_INVALID);
  }
}

TEST_F(SchemaRegistryServiceTest, ReadWaitsForThePositionItAsksFor) {
  PositionDone reached;
  EXPECT_CALL(served_.registry(), AwaitPosition(_, Position{"log", Offset(77)}, _))
      .WillOnce([&](const CallContext&, const Position&, PositionDone done) {
        // Answered later, and not before the read was made possible.
        EXPECT_CALL(served_.registry(), GetSchemaVersion).WillOnce(Return(OrdersVersion(kText)));
        done(absl::OkStatus());
      });
  v1::GetSchemaVersionRequest request;
  *request.mutable_subject() = Orders();
  request.mutable_read_options()->mutable_min_position()->set_log_id("log");
  request.mutable_read_options()->mutable_min_position()->set_offset(77);
  v1::SchemaVersion response;
  const grpc::Status status = served_.schemas().GetSchemaVersion(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.version(), 2);
  EXPECT_EQ(PositionIn(context_), "41@log");
}

TEST_F(SchemaRegistryServiceTest, PositionNotReachedIsTheAnswer) {
  EXPECT_CALL(served_.registry(), AwaitPosition).WillOnce([](const CallContext&, const Position&, PositionDone done) {
    done(MakeError(ErrorReason::kPositionNotReached, "not yet"));
  });
  EXPECT_CALL(served_.registry(), LookupSchema).Times(0);
  v1::LookupSchemaRequest request;
  *request.mutable_subject() = Orders();
  *request.mutable_schema() = StringSchema();
  request.mutable_read_options()->mutable_min_position()->set_log_id("log");
  v1::SchemaVersion response;
  const grpc::Status status = served_.schemas().LookupSchema(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_POSITION_NOT_REACHED);
}

TEST_F(SchemaRegistryServiceTest, LinearizableReadAsksForABarrier) {
  EXPECT_CALL(served_.registry(), Write).WillOnce([](const CallContext&, WriteCommand command, WriteDone done) {
    EXPECT_TRUE(std::holds_alternative<ReadBarrier>(command));
    WriteResult result;
    result.position = {"log", Offset(90)};
    done(result);
  });
  EXPECT_CALL(served_.registry(), AwaitPosition(_, Position{"log", Offset(90)}, _))
      .WillOnce([](const CallContext&, const Position&, PositionDone done) { done(absl::OkStatus()); });
  EXPECT_CALL(served_.registry(), Subjects).WillOnce(Return(SubjectPage()));
  v1::ListSubjectsRequest request;
  request.mutable_read_options()->set_consistency(v1::CONSISTENCY_LINEARIZABLE);
  v1::ListSubjectsResponse response;
  EXPECT_TRUE(served_.schemas().ListSubjects(&context_, request, &response).ok());
}

TEST_F(SchemaRegistryServiceTest, BatchAnswersEachItemOnItsOwn) {
  EXPECT_CALL(served_.registry(), Write)
      .Times(2)
      .WillRepeatedly([](const CallContext&, WriteCommand command, WriteDone done) {
        if (std::get<RegisterSchema>(command).subject.name == "bad") {
          return done(errors::SchemaInvalid("not a schema", "/type"));
        }
        WriteResult result;
        result.registered = OrdersVersion(kText);
        done(result);
      });
  v1::BatchRegisterSchemasRequest request;
  for (const char* subject : {"bad", "orders"}) {
    v1::RegisterSchemaRequest* item = request.add_requests();
    item->mutable_subject()->set_subject(subject);
    *item->mutable_schema() = StringSchema();
  }
  v1::BatchRegisterSchemasResponse response;
  const grpc::Status status = served_.schemas().BatchRegisterSchemas(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_FALSE(response.results(0).has_response());
  EXPECT_EQ(response.results(0).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_GT(response.results(0).status().details_size(), 0);
  EXPECT_EQ(response.results(1).response().schema_version().version(), 2);
  EXPECT_FALSE(response.results(1).has_status());
}

TEST_F(SchemaRegistryServiceTest, SchemasAreListedWithOrWithoutTexts) {
  SchemaPage page;
  for (int i = 0; i < 5; ++i) page.versions.push_back(OrdersVersion(std::string(1 << 20, 'x')));
  EXPECT_CALL(served_.registry(), Schemas).WillRepeatedly(Return(page));
  v1::ListSchemasRequest request;
  v1::ListSchemasResponse response;
  ASSERT_TRUE(served_.schemas().ListSchemas(&context_, request, &response).ok());
  EXPECT_EQ(response.versions_size(), 5);
  EXPECT_EQ(response.versions(0).stored().schema().text(), "");
  EXPECT_EQ(response.versions(0).stored().guid(), kGuid);
  EXPECT_EQ(response.next_page_token(), "");

  request.set_view(v1::SCHEMA_VIEW_FULL);
  grpc::ClientContext second;
  ASSERT_TRUE(served_.schemas().ListSchemas(&second, request, &response).ok());
  EXPECT_EQ(response.versions_size(), 2) << "2 MiB of text end a page";
  EXPECT_EQ(response.versions(0).stored().schema().text().size(), 1u << 20);
  EXPECT_NE(response.next_page_token(), "");
}

TEST_F(SchemaRegistryServiceTest, UsesOfAGuidAreThoseOfItsIds) {
  EXPECT_CALL(served_.registry(), IdsOfGuid)
      .WillOnce(Return(std::vector<IdInContext>{{".", SchemaId(7)}, {".eu", SchemaId(3)}}));
  EXPECT_CALL(served_.registry(), SchemaUses)
      .Times(2)
      .WillRepeatedly(Return(std::vector<SchemaVersion>{OrdersVersion(kText)}));
  v1::ListSchemaUsesRequest request;
  request.set_guid(kGuid);
  v1::ListSchemaUsesResponse response;
  ASSERT_TRUE(served_.schemas().ListSchemaUses(&context_, request, &response).ok());
  ASSERT_EQ(response.uses_size(), 2);
  EXPECT_EQ(response.uses(0).id(), 7);
  EXPECT_EQ(response.uses(0).subject().subject(), "orders");
}

TEST_F(SchemaRegistryServiceTest, ReferrersAndVersionsByMetadata) {
  EXPECT_CALL(served_.registry(), Referrers).WillOnce(Return(std::vector<SchemaVersion>{OrdersVersion(kText)}));
  v1::ListReferrersRequest request;
  *request.mutable_subject() = Orders();
  v1::ListReferrersResponse response;
  ASSERT_TRUE(served_.schemas().ListReferrers(&context_, request, &response).ok());
  EXPECT_EQ(response.referrers(0).version(), 2);

  EXPECT_CALL(served_.registry(), FindLatestVersion).WillOnce([](const FindVersion& query) {
    EXPECT_EQ(query.properties.at("stage"), "test");
    return OrdersVersion(kText);
  });
  v1::FindLatestVersionRequest find;
  *find.mutable_subject() = Orders();
  (*find.mutable_properties())["stage"] = "test";
  v1::SchemaVersion found;
  grpc::ClientContext second;
  ASSERT_TRUE(served_.schemas().FindLatestVersion(&second, find, &found).ok());
  EXPECT_EQ(found.version(), 2);
}

TEST_F(SchemaRegistryServiceTest, TextIsAnsweredInTheFormAskedFor) {
  EXPECT_CALL(served_.registry(), GetSchemaById).WillOnce(Return(OrdersVersion(kText).stored));
  EXPECT_CALL(served_.registry(), Render(_, std::string_view("resolved"))).WillOnce(Return(std::string("written out")));
  v1::GetSchemaRequest request;
  request.mutable_id_in_context()->set_id(7);
  request.set_format("resolved");
  v1::StoredSchema response;
  ASSERT_TRUE(served_.schemas().GetSchema(&context_, request, &response).ok());
  EXPECT_EQ(response.schema().text(), "written out");
  EXPECT_EQ(response.guid(), kGuid);
}

// gRPC has few threads, and a text in another form is parsed for it.
TEST(SchemaRegistryServiceOptionsTest, TextInAnotherFormTakesAPlaceInTheQueue) {
  GrpcServer::Options options;
  options.max_waiting_reads = 0;
  ServedRegistry served(options);
  EXPECT_CALL(served.registry(), GetSchemaById).WillRepeatedly(Return(OrdersVersion(kText).stored));
  EXPECT_CALL(served.registry(), Render).Times(0);
  v1::GetSchemaRequest request;
  request.mutable_id_in_context()->set_id(7);
  v1::StoredSchema response;
  grpc::ClientContext first;
  EXPECT_TRUE(served.schemas().GetSchema(&first, request, &response).ok());
  request.set_format("resolved");
  grpc::ClientContext second;
  EXPECT_EQ(ReasonIn(served.schemas().GetSchema(&second, request, &response)), v1::ERROR_REASON_OVERLOADED);
}

TEST(SchemaRegistryServiceOptionsTest, PagesAreAsLongAsTheNodeSays) {
  GrpcServer::Options options;
  options.page_size_default = 2;
  options.page_size_max = 3;
  ServedRegistry served(options);
  std::vector<SchemaVersion> versions;
  for (int version = 1; version <= 5; ++version) {
    versions.push_back(OrdersVersion(kText));
    versions.back().version = Version(version);
  }
  EXPECT_CALL(served.registry(), Versions).WillRepeatedly(Return(versions));
  for (const auto& [asked, answered] : {std::pair(0, 2), {1, 1}, {3, 3}, {4, 3}}) {
    v1::ListVersionsRequest request;
    *request.mutable_subject() = Orders();
    request.set_page_size(asked);
    grpc::ClientContext context;
    v1::ListVersionsResponse response;
    ASSERT_TRUE(served.schemas().ListVersions(&context, request, &response).ok());
    EXPECT_EQ(response.versions_size(), answered) << asked;
  }
}

}  // namespace
}  // namespace regent
