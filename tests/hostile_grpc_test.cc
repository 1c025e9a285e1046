// Whatever comes over gRPC, it is answered within seconds with a reason that names the place, and the node lives on,
// hardly larger. REGENT_FULL=1 asks for the full counts.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "client/convert/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"
#include "tests/support/http2_abuser.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPromptly{5};
constexpr double kGrowthMebibytesMax = 200;

constexpr char kRegister[] = "/regent.v1.SchemaRegistry/RegisterSchema";
constexpr char kGet[] = "/regent.v1.SchemaRegistry/GetSchema";
constexpr char kGetVersion[] = "/regent.v1.SchemaRegistry/GetSchemaVersion";
constexpr char kLookup[] = "/regent.v1.SchemaRegistry/LookupSchema";
constexpr char kList[] = "/regent.v1.SchemaRegistry/ListSubjects";
constexpr char kDelete[] = "/regent.v1.SubjectAdmin/DeleteSubject";

int Times(int usual, int full) { return std::getenv("REGENT_FULL") != nullptr ? full : usual; }

// What a call came to.
struct Outcome {
  grpc::Status status;
  absl::Status error;               // with the registry's reason and detail, where it told them
  std::vector<std::string> fields;  // of google.rpc.BadRequest
  std::string response;

  ErrorReason reason() const { return ReasonOf(error); }
  // Something that tells where to look: a field of the request, or a place in the text.
  bool NamesAPlace() const {
    const ErrorDetail detail = DetailOf(error);
    return !fields.empty() || detail.line > 0 || !detail.path.empty() || detail.subject.has_value();
  }
};

Outcome ToOutcome(const grpc::Status& status, const std::string& response) {
  Outcome outcome{status, {}, {}, response};
  outcome.error = client::ErrorFromWire(status.error_code(), status.error_message(), status.error_details());
  google::rpc::Status details;
  google::rpc::BadRequest bad;
  if (!details.ParseFromString(status.error_details())) return outcome;
  for (const google::protobuf::Any& any : details.details()) {
    if (!any.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) outcome.fields.push_back(violation.field());
  }
  return outcome;
}

struct HowToCall {
  std::chrono::milliseconds deadline = kPromptly;
  std::string metadata;  // the value of a header
};

// One node for all: what one test does to it, the next one sees.
class HostileGrpcTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // For the connections, here and in the node, which inherits it.
    rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    node_ = new NodeProcess(NewDirectory("hostile"));
    ASSERT_NE(node_->address(), "") << node_->output();
    ASSERT_TRUE(node_->Client().Register(Subject::Parse("well"), {.text = "\"int\""}).ok());
    at_start_ = ResidentMebibytes();
  }
  static void TearDownTestSuite() {
    delete node_;
    node_ = nullptr;
  }
  void SetUp() override { stub_ = std::make_unique<grpc::GenericStub>(Connect()); }
  void TearDown() override {
    // The node lives, answers others, and has not grown.
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = node_->Client().GetLatest(Subject::Parse("well"));
    EXPECT_TRUE(answer.ok()) << answer.status() << "\n" << node_->output();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kPromptly);
    const double growth = ResidentMebibytes() - at_start_;
    EXPECT_LT(growth, kGrowthMebibytesMax);
    std::printf("FIGURE %s: the node grew by %.0f MiB since the start\n",
                ::testing::UnitTest::GetInstance()->current_test_info()->name(), growth);
  }

  static std::shared_ptr<grpc::Channel> Connect() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 1 << 20);
    return grpc::CreateCustomChannel(node_->address(), grpc::InsecureChannelCredentials(), arguments);
  }

  static double ResidentMebibytes() {
    std::ifstream status("/proc/" + std::to_string(node_->id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmRSS:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
    }
    return 0;
  }

  Outcome CallBytes(const std::string& method, const std::string& request, const HowToCall& how = {}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + how.deadline);
    if (!how.metadata.empty()) context.AddMetadata("x-nuisance", how.metadata);
    grpc::Slice slice(request);
    const grpc::ByteBuffer buffer(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub_->UnaryCall(&context, method, grpc::StubOptions(), &buffer, &response,
                     [&](grpc::Status status) { done.set_value(std::move(status)); });
    const grpc::Status status = done.get_future().get();
    std::string bytes;
    std::vector<grpc::Slice> slices;
    if (status.ok() && response.Dump(&slices).ok()) {
      for (const grpc::Slice& part : slices) {
        bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
      }
    }
    return ToOutcome(status, bytes);
  }

  Outcome Register(const std::string& subject, const std::string& text, v1::SchemaType type = v1::SCHEMA_TYPE_AVRO) {
    v1::RegisterSchemaRequest request;
    request.mutable_subject()->set_subject(subject);
    request.mutable_schema()->set_type(type);
    request.mutable_schema()->set_text(text);
    return CallBytes(kRegister, request.SerializeAsString());
  }

  // A refusal that a person can act on.
  static void ExpectClearRefusal(const Outcome& outcome, const std::string& name) {
    EXPECT_THAT(
        outcome.status.error_code(),
        AnyOf(grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::NOT_FOUND, grpc::StatusCode::FAILED_PRECONDITION,
              grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::OUT_OF_RANGE))
        << name << ": " << outcome.status.error_message();
    EXPECT_NE(outcome.reason(), ErrorReason::kInternal) << name << ": " << outcome.status.error_message();
    EXPECT_GT(outcome.status.error_message().size(), 8u) << name;
  }

  static NodeProcess* node_;
  static double at_start_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

NodeProcess* HostileGrpcTest::node_ = nullptr;
double HostileGrpcTest::at_start_ = 0;

v1::SchemaType TypeOf(const std::string& name) {
  if (name == "JSON") return v1::SCHEMA_TYPE_JSON;
  return name == "PROTOBUF" ? v1::SCHEMA_TYPE_PROTOBUF : v1::SCHEMA_TYPE_AVRO;
}

TEST_F(HostileGrpcTest, SchemasThatNobodyMeant) {
  std::ifstream file(Runfile("tests/testdata/hostile_schemas.json"));
  std::ostringstream text;
  text << file.rdbuf();
  const auto cases = JsonValue::Parse(text.str());
  ASSERT_TRUE(cases.ok()) << cases.status();
  int refused = 0;
  for (const JsonValue& one : cases->items()) {
    const std::string name = one.Find("name")->string_value();
    const std::string allowed = one.Find("allowed")->string_value();
    const Outcome outcome =
        Register("bad-" + name, one.Find("schema")->string_value(), TypeOf(one.Find("type")->string_value()));
    if (allowed == "accepted") {
      EXPECT_TRUE(outcome.status.ok()) << name << ": " << outcome.status.error_message();
    }
    if (allowed == "refused") {
      EXPECT_FALSE(outcome.status.ok()) << name;
    }
    if (outcome.status.ok()) continue;
    ++refused;
    ExpectClearRefusal(outcome, name);
  }
  std::printf("FIGURE %zu hostile schemas over gRPC: %d refused with a reason, none hung\n", cases->items().size(),
              refused);
}

std::string Nested(const std::string& open, const std::string& core, const std::string& close, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += open;
  text += core;
  for (int i = 0; i < times; ++i) text += close;
  return text;
}

TEST_F(HostileGrpcTest, SchemasThatAreDeepOrWide) {
  ExpectClearRefusal(Register("deep", Nested(R"({"type":"array","items":)", "\"int\"", "}", 40000)), "nested arrays");
  std::string records;
  for (int i = 0; i < 5000; ++i) {
    records += R"({"type":"record","name":"R)" + std::to_string(i) + R"(","fields":[{"name":"f","type":)";
  }
  ExpectClearRefusal(Register("deep", records + "\"int\"" + Nested("", "", "}]}", 5000)), "nested records");
  std::string wide = "[";
  for (int i = 0; i < 5000; ++i) {
    wide += (i > 0 ? "," : "") + (R"({"type":"record","name":"R)" + std::to_string(i) + R"(","fields":[]})");
  }
  const Outcome unioned = Register("wide", wide + "]");
  if (!unioned.status.ok()) ExpectClearRefusal(unioned, "a union of 5000 records");
  ExpectClearRefusal(Register("deep-json", Nested(R"({"allOf":[)", "{}", "]}", 2000), v1::SCHEMA_TYPE_JSON),
                     "nested allOf");
  std::string properties = R"({"type":"object","properties":{"x":true)";
  for (int i = 0; i < 30000; ++i) properties += ",\"p" + std::to_string(i) + R"(":{"type":"string"})";
  const Outcome propertied = Register("wide-json", properties + "}}", v1::SCHEMA_TYPE_JSON);
  if (!propertied.status.ok()) ExpectClearRefusal(propertied, "30000 properties");
  ExpectClearRefusal(Register("deep-proto", "syntax = \"proto3\";\n" + Nested("message M { ", "", "}", 2000),
                              v1::SCHEMA_TYPE_PROTOBUF),
                     "nested messages");
  ExpectClearRefusal(
      Register("deep-option",
               "syntax = \"proto3\";\nmessage M { option (x) = { " + Nested("a { ", "", "} ", 5000) + "}; }",
               v1::SCHEMA_TYPE_PROTOBUF),
      "nested options");
}

TEST_F(HostileGrpcTest, RequestsThatLackOrOverdoSomething) {
  const auto refuses = [&](const char* method, const google::protobuf::Message& request, const std::string& name,
                           const std::string& field) {
    const Outcome outcome = CallBytes(method, request.SerializePartialAsString());
    ExpectClearRefusal(outcome, name);
    EXPECT_TRUE(outcome.NamesAPlace()) << name << ": " << outcome.status.error_message();
    if (field.empty()) return;
    EXPECT_THAT(outcome.fields, ::testing::Contains(HasSubstr(field))) << name;
  };
  refuses(kRegister, v1::RegisterSchemaRequest(), "empty", "subject");
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject("bad");
  refuses(kRegister, request, "no schema", "schema");
  request.mutable_schema()->set_text("\"int\"");
  request.mutable_schema()->set_type(static_cast<v1::SchemaType>(99));
  refuses(kRegister, request, "unknown type", "schema.type");
  request.mutable_schema()->set_type(v1::SCHEMA_TYPE_AVRO);
  auto* reference = request.mutable_schema()->add_references();
  refuses(kRegister, request, "empty reference", "references[0]");
  reference->set_name("n");
  refuses(kRegister, request, "reference without a subject", "references[0]");
  reference->mutable_subject()->set_subject("s");
  refuses(kRegister, request, "reference with version 0", "references[0].version");
  reference->set_version(-7);
  refuses(kRegister, request, "reference with version -7", "references[0].version");
  request.mutable_schema()->clear_references();
  request.mutable_options()->set_request_id(std::string(100000, 'r'));
  refuses(kRegister, request, "request id of 100 kB", "request_id");

  v1::GetSchemaRequest get;
  refuses(kGet, get, "no key", "key");
  get.set_guid("not a guid");
  refuses(kGet, get, "no GUID", "guid");
  get.mutable_id_in_context()->set_id(-1);
  refuses(kGet, get, "negative id", "id");
  v1::GetSchemaVersionRequest version;
  version.mutable_subject()->set_subject("well");
  version.set_version(-2);
  refuses(kGetVersion, version, "version -2", "version");
  version.set_version(2147483647);
  refuses(kGetVersion, version, "the highest version", "");
  v1::ListSubjectsRequest list;
  list.set_page_size(-1);
  refuses(kList, list, "negative page size", "page_size");
  list.set_page_size(1);
  list.set_page_token("made up");
  refuses(kList, list, "page token of somebody's own", "page_token");
  v1::DeleteSubjectRequest remove;
  remove.mutable_subject()->set_subject("never registered");
  refuses(kDelete, remove, "unknown subject", "");
}

TEST_F(HostileGrpcTest, OddSubjects) {
  EXPECT_TRUE(Register("\xF0\x9F\x98\x80", "\"int\"").status.ok());
  ExpectClearRefusal(Register("__GLOBAL", "\"int\""), "__GLOBAL");
  for (const std::string& subject : {std::string("a\nb"), std::string(":.:"), std::string("a\0b", 3),
                                     std::string(65536, 's'), std::string("../../x"), std::string(" ")}) {
    const Outcome outcome = Register(subject, "\"int\"");
    if (!outcome.status.ok()) ExpectClearRefusal(outcome, subject.substr(0, 10));
  }
}

TEST_F(HostileGrpcTest, TextsThatAreNotUtf8) {
  // Field 1 (subject: context, subject), field 2 (schema: type, text), as bytes.
  const auto field = [](int number, const std::string& bytes) {
    return std::string(1, static_cast<char>(number << 3 | 2)) + std::string(1, static_cast<char>(bytes.size())) + bytes;
  };
  for (const std::string& bad : {std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
                                 std::string("\xf4\x90\x80\x80"), std::string("a\x80")}) {
    for (const std::string& request :
         {field(1, field(2, bad)) + field(2, field(2, "\"int\"")), field(1, field(2, "s")) + field(2, field(2, bad)),
          field(1, field(1, bad) + field(2, "s")) + field(2, field(2, "\"int\""))}) {
      for (const char* method : {kRegister, kLookup}) {
        const Outcome outcome = CallBytes(method, request);
        EXPECT_EQ(outcome.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << outcome.status.error_message();
        EXPECT_TRUE(outcome.NamesAPlace()) << outcome.status.error_message();
      }
    }
  }
  for (const std::string& bytes : {std::string("\xff\xff\xff\xff"), std::string("\x0a\xff\xff\xff\xff\x0f"),
                                   std::string(5000, '\x0b'), std::string(100000, '\x0a')}) {
    EXPECT_EQ(CallBytes(kRegister, bytes).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(HostileGrpcTest, MessagesThatAreTooLong) {
  const Outcome schema = Register("long", "\"" + std::string((1 << 20) + 1, 'x') + "\"");
  EXPECT_EQ(schema.reason(), ErrorReason::kSchemaTooLarge) << schema.status.error_message();
  for (int i = 0; i < Times(5, 200); ++i) {
    const Outcome outcome = Register("long", std::string(20 << 20, 'x'));
    EXPECT_EQ(outcome.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << outcome.status.error_message();
  }
}

TEST_F(HostileGrpcTest, HeadersThatAreTooLong) {
  v1::GetSchemaRequest request;
  request.mutable_id_in_context()->set_id(1);
  for (int i = 0; i < Times(50, 1000); ++i) {
    const Outcome outcome = CallBytes(kGet, request.SerializeAsString(), {.metadata = std::string(64 << 10, 'm')});
    EXPECT_THAT(outcome.status.error_code(), AnyOf(grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::UNAVAILABLE,
                                                   grpc::StatusCode::UNKNOWN, grpc::StatusCode::INTERNAL))
        << outcome.status.error_message();
  }
}

TEST_F(HostileGrpcTest, CallsWithAMillisecondOfTime) {
  int answered = 0;
  const int calls = Times(3000, 100000);
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject("hurry");
  for (int i = 0; i < calls; ++i) {
    request.mutable_schema()->set_text(R"({"type":"enum","name":"E","symbols":["S)" + std::to_string(i % 50) +
                                       R"("]})");
    const Outcome outcome =
        CallBytes(i % 2 ? kRegister : kLookup, request.SerializeAsString(), {.deadline = std::chrono::milliseconds(1)});
    answered += outcome.status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED;
  }
  std::printf("FIGURE %d calls with 1 ms: %d were answered in time\n", calls, answered);
  // Nothing of it is stuck.
  EXPECT_TRUE(Register("after-the-hurry", "\"int\"").status.ok());
}

TEST_F(HostileGrpcTest, ConnectionsThatDoNothing) {
  const int count = Times(1000, 10000);
  std::vector<std::unique_ptr<Http2Abuser>> idle;
  const double before = ResidentMebibytes();
  for (int i = 0; i < count; ++i) {
    idle.push_back(std::make_unique<Http2Abuser>(node_->address()));
    ASSERT_TRUE(idle.back()->ok()) << "connection " << i;
  }
  EXPECT_TRUE(node_->Client().GetLatest(Subject::Parse("well")).ok());
  const double growth = ResidentMebibytes() - before;
  EXPECT_LT(growth, kGrowthMebibytesMax);
  std::printf("FIGURE %d idle connections: %.0f MiB\n", count, growth);
}

TEST_F(HostileGrpcTest, StreamsThatAreResetAtOnce) {
  const int count = Times(3000, 1000000);
  auto abuser = std::make_unique<Http2Abuser>(node_->address());
  int connections = 1;
  for (int i = 0; i < count; ++i) {
    // A node that grows without end would take the machine with it.
    if (i % 1000 == 0) {
      ASSERT_LT(ResidentMebibytes() - at_start_, 5 * kGrowthMebibytesMax) << "after " << i << " resets";
    }
    if (abuser->OpenAndReset(i % 2 ? kGet : kRegister)) continue;
    ++connections;
    abuser = std::make_unique<Http2Abuser>(node_->address());
    ASSERT_TRUE(abuser->ok());
    ASSERT_LT(connections, count);
  }
  std::printf("FIGURE %d streams opened and reset on %d connections\n", count, connections);
}

}  // namespace
}  // namespace regent::testing
