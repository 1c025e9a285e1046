#include "server/rest/rest_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/mock_registry.h"

namespace regent {
namespace {

using ::testing::_;
using ::testing::ByMove;
using ::testing::Eq;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::NiceMock;
using ::testing::Return;

SchemaVersion Orders() {
  StoredSchema stored;
  stored.context = ".";
  stored.id = SchemaId(7);
  stored.content.text = R"("string")";
  stored.hash = HashOf(stored.content);
  SchemaVersion version;
  version.subject = Subject::Parse("orders");
  version.version = Version(2);
  version.stored = std::make_shared<const StoredSchema>(std::move(stored));
  return version;
}

class RestServiceTest : public ::testing::Test {
 protected:
  RestServiceTest() { ON_CALL(registry_, AppliedPosition()).WillByDefault(Return(Position{"log", Offset(41)})); }

  using Headers = std::vector<std::pair<std::string_view, std::string_view>>;
  HttpResponse Call(HttpMethod method, std::string target, std::string body = "", Headers headers = {}) {
    if (service_ == nullptr) {
      environment_.registry = &registry_;
      service_ = std::make_unique<RestService>(options_, environment_, &pool_);
    }
    auto request = std::make_shared<HttpRequest>();
    request->method = method;
    target_ = std::move(target);
    request->target = target_;
    request->body = std::move(body);
    request->headers = std::move(headers);
    request->peer = "127.0.0.1:1";
    std::promise<HttpResponse> answer;
    service_->Handle(std::move(request), [&answer](HttpResponse response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }
  HttpResponse Get(std::string target, Headers headers = {}) {
    return Call(HttpMethod::kGet, std::move(target), "", std::move(headers));
  }

  static std::string Body(const HttpResponse& response) { return response.body == nullptr ? "" : *response.body; }
  static std::string Header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }
  // Answers the next write with `result`.
  void WillWrite(absl::StatusOr<WriteResult> result) {
    EXPECT_CALL(registry_, Write(_, _, _))
        .WillOnce([this, result](const CallContext& context, WriteCommand command, WriteDone done) {
          context_ = context;
          command_ = std::move(command);
          done(result);
        });
  }

  NiceMock<MockRegistry> registry_;
  RestService::Options options_;
  RestEnvironment environment_;
  ThreadPool pool_{1};
  std::unique_ptr<RestService> service_;
  std::string target_;
  CallContext context_;
  WriteCommand command_;
  const std::thread::id own_thread_ = std::this_thread::get_id();
};

TEST_F(RestServiceTest, SubjectsInPathsAreDecoded) {
  EXPECT_CALL(registry_, GetSchemaVersion(_)).WillOnce([](const GetVersion& query) {
    EXPECT_EQ(query.subject, Subject(".c", "a/b"));
    EXPECT_EQ(query.version, Version(2));
    EXPECT_EQ(query.search, ContextSearch::kAll);
    return Orders();
  });
  EXPECT_EQ(Get("/contexts/.c/subjects/a%2Fb/versions/2").status, 200);
}

TEST_F(RestServiceTest, ErrorsHaveConfluentsNumberAndTheRegistrysMessage) {
  EXPECT_CALL(registry_, GetSchemaVersion(_)).WillOnce(Return(errors::SubjectNotFound(Subject::Parse("x"))));
  const HttpResponse response = Get("/subjects/x/versions/latest");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(Body(response), R"({"error_code":40401,"message":"Subject 'x' not found."})");
}

TEST_F(RestServiceTest, UnknownPathsAndMethods) {
  EXPECT_EQ(Body(Get("/nope")), R"({"error_code":404,"message":"HTTP 404 Not Found"})");
  const HttpResponse response = Call(HttpMethod::kPut, "/subjects");
  EXPECT_EQ(Body(response), R"({"error_code":405,"message":"HTTP 405 Method Not Allowed"})");
  EXPECT_EQ(Header(response, "Allow"), "GET,HEAD,OPTIONS");
}

TEST_F(RestServiceTest, MediaTypes) {
  EXPECT_CALL(registry_, GetMode(_, _)).WillRepeatedly(Return(Mode::kReadWrite));
  EXPECT_EQ(Get("/mode").content_type, "application/vnd.schemaregistry.v1+json");
  EXPECT_EQ(Get("/mode", {{"accept", "application/json"}}).content_type, "application/json");
  EXPECT_EQ(Get("/mode", {{"Accept", "text/html"}}).status, 406);
  const HttpResponse plain = Call(HttpMethod::kPut, "/mode", "{}", {{"Content-Type", "text/plain"}});
  EXPECT_EQ(plain.status, 415);
  EXPECT_THAT(Body(plain), HasSubstr("415"));
}

TEST_F(RestServiceTest, RequestIdsAreEchoedOrMade) {
  EXPECT_EQ(Header(Get("/", {{"X-Request-ID", "mine"}}), "X-Request-ID"), "mine");
  const std::string made = Header(Get("/"), "X-Request-ID");
  EXPECT_EQ(made.size(), 36u);
  EXPECT_NE(made, Header(Get("/"), "X-Request-ID"));
  EXPECT_EQ(Header(Get("/", {{"X-Request-ID", "  "}}), "X-Request-ID").size(), 36u);
  EXPECT_EQ(Header(Get("/", {{"X-Request-ID", "a\r\nSet-Cookie: b"}}), "X-Request-ID").size(), 36u);
}

TEST_F(RestServiceTest, AnswersSayHowFarTheNodeIs) { EXPECT_EQ(Header(Get("/mode"), "regent-position"), "41@log"); }

TEST_F(RestServiceTest, AReadMayWaitForAPosition) {
  EXPECT_CALL(registry_, AwaitPosition(_, Position{"log", Offset(50)}, _))
      .WillOnce([](const CallContext&, const Position&, PositionDone done) { done(absl::OkStatus()); })
      .WillOnce([](const CallContext&, const Position&, PositionDone done) {
        done(MakeError(ErrorReason::kPositionNotReached, "not yet"));
      });
  EXPECT_EQ(Get("/", {{"regent-min-position", "50@log"}}).status, 200);
  const HttpResponse late = Get("/", {{"regent-min-position", "50@log"}});
  EXPECT_EQ(late.status, 503);
  EXPECT_EQ(Header(late, "Retry-After"), "1");
  EXPECT_EQ(Get("/", {{"regent-min-position", "nonsense"}}).status, 400);
}

TEST_F(RestServiceTest, AReadMayAskForAllThatWasAcknowledged) {
  WriteResult barrier;
  barrier.position = Position{"log", Offset(70)};
  WillWrite(barrier);
  EXPECT_CALL(registry_, AwaitPosition(_, Position{"log", Offset(70)}, _))
      .WillOnce([](const CallContext&, const Position&, PositionDone done) { done(absl::OkStatus()); });
  EXPECT_EQ(Get("/", {{"regent-consistency", "linearizable"}}).status, 200);
  EXPECT_TRUE(std::holds_alternative<ReadBarrier>(command_));
  EXPECT_EQ(Get("/", {{"regent-consistency", "local"}}).status, 200);
  EXPECT_EQ(Get("/", {{"regent-consistency", "nonsense"}}).status, 400);
}

TEST_F(RestServiceTest, RegisterHandsEverythingOver) {
  WriteResult result;
  result.changed = true;
  result.position = Position{"log", Offset(60)};
  result.registered = Orders();
  WillWrite(result);
  const HttpResponse response = Call(HttpMethod::kPost, "/subjects/orders/versions?normalize=true",
                                     R"({"schema":"\"string\"","version":2,"id":7})", {{"Idempotency-Key", "once"}});
  const auto& command = std::get<RegisterSchema>(command_);
  EXPECT_EQ(command.subject, Subject::Parse("orders"));
  EXPECT_EQ(command.content.text, R"("string")");
  EXPECT_TRUE(command.normalize);
  EXPECT_EQ(command.version, Version(2));
  EXPECT_EQ(command.id, SchemaId(7));
  EXPECT_EQ(context_.request_id, "once");
  EXPECT_EQ(context_.caller, "127.0.0.1:1");
  EXPECT_EQ(
      Body(response),
      R"({"id":7,"version":2,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\""})");
  EXPECT_EQ(Header(response, "regent-position"), "60@log");
}

TEST_F(RestServiceTest, IncompatibleSchemasAreExplainedAndNumberedByProfile) {
  ErrorDetail detail;
  detail.report.emplace();
  detail.report->compatible = false;
  detail.report->versions.push_back({.version = Version(2), .differences = {{.type = "TYPE_MISMATCH", .path = "/"}}});
  const absl::Status status = MakeError(ErrorReason::kSchemaIncompatible, "no", detail);
  EXPECT_CALL(registry_, GetSchemaVersion(_)).WillRepeatedly(Return(Orders()));
  EXPECT_CALL(registry_, GetConfig(_, _)).WillRepeatedly(Return(SubjectConfig()));
  WillWrite(status);
  HttpResponse response = Call(HttpMethod::kPost, "/subjects/orders/versions", R"({"schema":"a"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(Body(response), HasSubstr("\"error_code\":40901"));
  EXPECT_THAT(Body(response), HasSubstr("errorType:'TYPE_MISMATCH'"));
  EXPECT_THAT(Body(response), HasSubstr("{oldSchemaVersion: 2}"));
  service_.reset();
  environment_.profile = CompatProfile::k7;
  WillWrite(status);
  response = Call(HttpMethod::kPost, "/subjects/orders/versions", R"({"schema":"a"})");
  EXPECT_THAT(Body(response), HasSubstr("\"error_code\":409,"));
}

TEST_F(RestServiceTest, InvalidSchemasAreAVerdictWhereReasonsAreAsked) {
  EXPECT_CALL(registry_, CheckCompatibility(_)).WillRepeatedly(Return(errors::SchemaInvalid("bad", "/fields")));
  const char path[] = "/compatibility/subjects/a/versions/latest";
  EXPECT_EQ(Call(HttpMethod::kPost, path, R"({"schema":"a"})").status, 422);
  EXPECT_EQ(Body(Call(HttpMethod::kPost, std::string(path) + "?verbose=true", R"({"schema":"a"})")),
            R"({"is_compatible":false,"messages":["bad at /fields"]})");
}

TEST_F(RestServiceTest, WhatWasForwardedOnceIsNotForwardedAgain) {
  NiceMock<MockRegistry> own;
  environment_.registry_without_forwarding = &own;
  EXPECT_CALL(registry_, Write(_, _, _)).Times(0);
  EXPECT_CALL(own, Write(_, _, _)).WillOnce([](const CallContext&, WriteCommand, WriteDone done) {
    done(MakeError(ErrorReason::kNotPrimary, "Leader not known."));
  });
  const HttpResponse response = Call(HttpMethod::kDelete, "/subjects/a", "", {{"X-Forward", "true"}});
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(Body(response), HasSubstr("50004"));
}

TEST_F(RestServiceTest, DeletesAnswerTheVersions) {
  WriteResult result;
  result.versions = {Version(1), Version(2)};
  WillWrite(result);
  EXPECT_EQ(Body(Call(HttpMethod::kDelete, "/subjects/a?permanent=true")), "[1,2]");
  EXPECT_EQ(std::get<DeleteSubject>(command_).kind, DeleteKind::kPermanent);
  result.versions = {Version(2)};
  WillWrite(result);
  EXPECT_EQ(Body(Call(HttpMethod::kDelete, "/subjects/a/versions/latest")), "2");
  EXPECT_EQ(std::get<DeleteVersion>(command_).version, std::nullopt);
}

TEST_F(RestServiceTest, NoContentHasNoBody) {
  WillWrite(WriteResult());
  const HttpResponse response = Call(HttpMethod::kDelete, "/contexts/c");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, nullptr);
  EXPECT_EQ(std::get<DeleteContext>(command_).context, ".c");
}

TEST_F(RestServiceTest, SchemasByIdOfASubjectSayWhich) {
  EXPECT_CALL(registry_, GetSchemaUse(_)).WillRepeatedly(Return(Orders()));
  EXPECT_CALL(registry_, MaxId(".")).WillRepeatedly(Return(SchemaId(9)));
  EXPECT_THAT(Body(Get("/schemas/ids/7?subject=orders")), HasSubstr(R"({"subject":"orders","version":2,"guid")"));
  EXPECT_THAT(Body(Get("/schemas/ids/7")), HasSubstr(R"({"guid")"));
  EXPECT_THAT(Body(Get("/schemas/ids/7?fetchMaxId=true")), HasSubstr(R"("maxId":9)"));
  EXPECT_EQ(Body(Get("/schemas/ids/7/schema")), R"("string")");
}

TEST_F(RestServiceTest, ListsOfSchemasGoOnFromPageToPage) {
  SchemaPage first;
  first.versions = {Orders()};
  first.next_after = VersionKey{Subject::Parse("orders"), Version(2)};
  SchemaPage second;
  second.versions = {Orders()};
  EXPECT_CALL(registry_, Schemas(_)).WillOnce(Return(first)).WillOnce(Return(second));
  const std::string body = Body(Get("/schemas?subjectPrefix=:*:"));
  EXPECT_EQ(std::count(body.begin(), body.end(), '{'), 2);
}

TEST_F(RestServiceTest, ReadsBeyondTheQueueAreRefused) {
  options_.max_waiting_reads = 0;
  const HttpResponse response = Get("/subjects");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(Header(response, "Retry-After"), "1");
}

// Others wait for the thread that a request came on.
TEST_F(RestServiceTest, WhatIsRenderedIsRenderedElsewhere) {
  EXPECT_CALL(registry_, GetSchemaUse(_)).WillRepeatedly(Return(Orders()));
  EXPECT_CALL(registry_, GetSchemaVersion(_)).WillRepeatedly(Return(Orders()));
  EXPECT_CALL(registry_, Render(_, Eq("resolved"))).Times(2).WillRepeatedly([this](const auto&, std::string_view) {
    EXPECT_NE(std::this_thread::get_id(), own_thread_);
    return std::string("rendered");
  });
  EXPECT_EQ(Body(Get("/schemas/ids/7/schema?format=resolved")), "rendered");
  EXPECT_EQ(Body(Get("/subjects/orders/versions/2/schema?format=resolved")), "rendered");
  EXPECT_EQ(Get("/schemas/ids/7?format=").status, 200);
}

// A write is answered on the thread that applies the log.
TEST_F(RestServiceTest, WhatWasRegisteredIsRenderedElsewhere) {
  WriteResult result;
  result.registered = Orders();
  WillWrite(result);
  EXPECT_CALL(registry_, Render(_, Eq("resolved"))).WillOnce([this](const auto&, std::string_view) {
    EXPECT_NE(std::this_thread::get_id(), own_thread_);
    return std::string("rendered");
  });
  EXPECT_THAT(Body(Call(HttpMethod::kPost, "/subjects/orders/versions?format=resolved", R"({"schema":"a"})")),
              HasSubstr(R"("schema":"rendered")"));
}

TEST_F(RestServiceTest, RenderingHasItsPlaceInTheQueue) {
  options_.max_waiting_reads = 0;
  EXPECT_EQ(Get("/schemas/ids/7?format=resolved").status, 429);
  service_->OnMetrics([] { return NodeFigures(); }, [] { return HttpServer::Counts(); });
  EXPECT_EQ(Get("/metrics").status, 200) << "to see what goes on";
}

// Each walks all subjects.
TEST_F(RestServiceTest, MetricsWaitInAQueueThatEnds) {
  Get("/");
  service_->OnMetrics([] { return NodeFigures(); }, [] { return HttpServer::Counts(); });
  std::promise<void> go_on;
  pool_.Post([future = go_on.get_future().share()] { future.wait(); });
  auto request = std::make_shared<HttpRequest>();
  request->target = "/metrics";
  std::atomic<int> refused{0};
  std::atomic<int> answered{0};
  for (int i = 0; i < 100; ++i) {
    service_->Handle(request, [&](const HttpResponse& response) { ++(response.status == 429 ? refused : answered); });
  }
  EXPECT_EQ(refused, 100 - 16);
  EXPECT_EQ(answered, 0);
  go_on.set_value();
  pool_.Stop();
  EXPECT_EQ(answered, 16);
}

// It becomes part of a record's header, after which more may follow, and of a message to the primary.
TEST_F(RestServiceTest, KeysOfWritesAreShortWordsOfAscii) {
  EXPECT_CALL(registry_, Write(_, _, _)).Times(0);
  for (const std::string& key : {std::string("a 1/2"), std::string("\xff"), std::string("\xc3\xa9"),
                                 std::string("a\tb"), std::string(129, 'x')}) {
    const HttpResponse response = Call(HttpMethod::kDelete, "/subjects/a", "", {{"Idempotency-Key", key}});
    EXPECT_EQ(response.status, 400) << key;
    EXPECT_THAT(Body(response), HasSubstr("Idempotency-Key"));
  }
  ::testing::Mock::VerifyAndClearExpectations(&registry_);
  WillWrite(WriteResult());
  Call(HttpMethod::kDelete, "/subjects/a", "", {{"Idempotency-Key", "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11"}});
  EXPECT_EQ(context_.request_id, "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11");
}

TEST_F(RestServiceTest, HealthIsPlainText) {
  EXPECT_CALL(registry_, Ready())
      .WillOnce(Return(absl::OkStatus()))
      .WillOnce(Return(MakeError(ErrorReason::kNotReady, "reading")));
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/readyz", {{"Accept", "text/plain"}}).status, 200);
  const HttpResponse response = Get("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.content_type, "text/plain");
  EXPECT_EQ(Body(response), "reading\n");
}

TEST_F(RestServiceTest, WebPagesMayCallFromWhereTheyAreAllowed) {
  options_.allow_origin = "https://a.example, https://b.example";
  HttpResponse response = Get("/", {{"Origin", "https://b.example"}});
  EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), "https://b.example");
  EXPECT_EQ(Header(response, "Vary"), "Origin");
  EXPECT_EQ(Header(Get("/", {{"Origin", "https://c.example"}}), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(Header(Get("/"), "Vary"), "Origin") << "a cache would give it to all of them";
  response = Call(HttpMethod::kOptions, "/subjects/a", "",
                  {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(Header(response, "Access-Control-Allow-Methods"), HasSubstr("POST"));
  EXPECT_EQ(Header(response, "Allow"), "POST,DELETE,OPTIONS");
}

TEST_F(RestServiceTest, WithoutCorsNoPageMayCall) {
  const HttpResponse response = Call(HttpMethod::kOptions, "/subjects", "",
                                     {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "GET"}});
  EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(Header(response, "Access-Control-Allow-Methods"), "");
  EXPECT_EQ(Header(response, "Vary"), "");
}

TEST_F(RestServiceTest, MetricsCountWhatWasAnswered) {
  Get("/");
  service_->OnMetrics([] { return NodeFigures(); }, [] { return HttpServer::Counts(); });
  Get("/nope");
  EXPECT_THAT(Body(Get("/metrics")),
              HasSubstr(R"(regent_http_requests_total{code="404",method="other",path="other"} 1)"));
}

}  // namespace
}  // namespace regent
