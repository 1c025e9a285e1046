#include "tests/history/recorded_client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "client/convert/error.h"
#include "regent/v1/schema_registry.grpc.pb.h"

namespace regent::history {
namespace {

constexpr int kSubjects = 3;
constexpr int kTexts = 25;
constexpr std::chrono::milliseconds kWritePatience{3000};
constexpr std::chrono::milliseconds kReadPatience{1500};
constexpr char kBefore[] = R"({"type":"enum","name":")";
constexpr char kBehind[] = R"(","symbols":["A"]})";

// Histories name a schema by what is its own.
std::string TextOf(const std::string& name) { return kBefore + name + kBehind; }
std::string NameOf(const std::string& text) {
  const size_t before = sizeof(kBefore) - 1;
  const size_t behind = sizeof(kBehind) - 1;
  if (text.size() < before + behind || TextOf(text.substr(before, text.size() - before - behind)) != text) return text;
  return text.substr(before, text.size() - before - behind);
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// "OFFSET@LOG_ID" of the answer's metadata; -1: none.
int64_t AnsweredFrom(const grpc::ClientContext& context) {
  const auto& metadata = context.GetServerInitialMetadata();
  const auto found = metadata.find("regent-position");
  if (found == metadata.end()) return -1;
  return std::atoll(std::string(found->second.data(), found->second.size()).c_str());
}

void Take(const v1::SchemaVersion& version, Operation* o) {
  o->result = Operation::Result::kOk;
  o->version = version.version();
  o->id = version.stored().id();
  o->text = NameOf(version.stored().schema().text());
}

}  // namespace

Run::Run(std::vector<std::string> addresses)
    : addresses_(std::move(addresses)), starts_(new std::atomic<int>[addresses_.size()]) {
  for (size_t i = 0; i < addresses_.size(); ++i) starts_[i] = 0;
}

int64_t Run::Now() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin_).count();
}

struct RecordedClient::Stubs {
  explicit Stubs(const std::string& address) : registry(v1::SchemaRegistry::NewStub(Connect(address))) {}
  const std::unique_ptr<v1::SchemaRegistry::Stub> registry;
};

RecordedClient::RecordedClient(Run* run, int number, uint32_t seed) : run_(run), number_(number), random_(seed) {
  for (const std::string& address : run_->addresses()) stubs_.push_back(std::make_unique<Stubs>(address));
}

RecordedClient::~RecordedClient() = default;

void RecordedClient::Work(const std::atomic<bool>& done) {
  while (!done) {
    switch (random_() % 6) {
      case 0:
      case 1:
        Register();
        break;
      case 2:
        Read(Operation::Kind::kLatest, Operation::Read::kLinearizable);
        break;
      case 3:
        Read(Operation::Kind::kLookup, Operation::Read::kLinearizable);
        break;
      default:
        Read(Operation::Kind::kLatest, Operation::Read::kDefault);
    }
  }
}

Operation RecordedClient::Begin(Operation::Kind kind) {
  Operation o{.kind = kind, .client = number_, .node = static_cast<int>(random_() % stubs_.size())};
  const std::string age = std::to_string(run_->Age());
  o.subject = absl::StrCat("a", age, "s", random_() % kSubjects);
  o.text = absl::StrCat("a", age, "t", random_() % kTexts);
  return o;
}

void RecordedClient::Note(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::NOT_FOUND:
      return;
    default:
      if (surprise_.empty()) {
        surprise_ = absl::StrCat("code ", static_cast<int>(status.error_code()), ": ", status.error_message());
      }
  }
}

void RecordedClient::Register() {
  Operation o = Begin(Operation::Kind::kRegister);
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject(o.subject);
  request.mutable_schema()->set_text(TextOf(o.text));
  v1::RegisterSchemaResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kWritePatience);
  Stubs& stubs = *stubs_[o.node];
  o.node = run_->NodeNumber(o.node);
  o.call = run_->Now();
  const grpc::Status status = stubs.registry->RegisterSchema(&context, request, &response);
  if (status.ok()) {
    Take(response.schema_version(), &o);
    o.position = response.result().position().offset();
    log_id_ = response.result().position().log_id();
    written_ = std::max(written_, o.position);
    o.answer = run_->Now();
  } else if (ReasonOf(client::ErrorFromWire(status.error_code(), status.error_message(), status.error_details())) ==
             ErrorReason::kNoPrimary) {
    // It says that nothing was written, and is taken at its word.
    o.result = Operation::Result::kFailed;
    o.answer = run_->Now();
  }
  Note(status);
  history_.push_back(std::move(o));
}

void RecordedClient::Read(Operation::Kind kind, Operation::Read read) {
  Operation o = Begin(kind);
  o.read = read;
  v1::ReadOptions options;
  if (read == Operation::Read::kLinearizable) {
    options.set_consistency(v1::CONSISTENCY_LINEARIZABLE);
  } else if (random_() % 2 == 0 && written_ >= 0) {
    o.min_position = written_;
    options.mutable_min_position()->set_log_id(log_id_);
    options.mutable_min_position()->set_offset(written_);
  }
  Stubs& stubs = *stubs_[o.node];
  const int node = o.node;
  o.node = run_->NodeNumber(node);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kReadPatience);
  v1::SchemaVersion response;
  grpc::Status status;
  o.call = run_->Now();
  if (kind == Operation::Kind::kLatest) {
    v1::GetSchemaVersionRequest request;
    request.mutable_subject()->set_subject(o.subject);
    *request.mutable_read_options() = options;
    status = stubs.registry->GetSchemaVersion(&context, request, &response);
  } else {
    v1::LookupSchemaRequest request;
    request.mutable_subject()->set_subject(o.subject);
    request.mutable_schema()->set_text(TextOf(o.text));
    *request.mutable_read_options() = options;
    status = stubs.registry->LookupSchema(&context, request, &response);
  }
  o.answer = run_->Now();
  Note(status);
  // Nothing was told, or nobody knows by which of two processes.
  if (run_->NodeNumber(node) != o.node) return;
  o.position = AnsweredFrom(context);
  if (status.ok()) {
    Take(response, &o);
  } else if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
    o.result = Operation::Result::kNotFound;
    if (kind == Operation::Kind::kLatest) o.text.clear();
  } else {
    return;
  }
  history_.push_back(std::move(o));
}

}  // namespace regent::history
