#include "server/registry/testing/test_node.h"

#include <atomic>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/word_format.h"

namespace regent {
namespace {

LocalRegistry::Options RegistryOptions(const TestNode::Options& options) {
  static std::atomic<int> tokens{0};
  LocalRegistry::Options result;
  result.leadership.new_token = [name = options.name] { return name + "-" + std::to_string(++tokens); };
  result.leadership.pause = [](int failures) { return std::chrono::milliseconds(1 << std::min(failures, 6)); };
  result.writes = options.writes;
  result.defaults = options.defaults;
  result.changes = options.changes;
  result.requests = options.requests;
  result.retention = options.retention;
  return result;
}

std::vector<const Format*> Formats() {
  static const WordFormat avro(SchemaType::kAvro);
  static const WordFormat json(SchemaType::kJson);
  return {&avro, &json};
}

}  // namespace

TestNode::TestNode(std::shared_ptr<MemoryLogStorage> storage) : TestNode(std::move(storage), Options()) {}

TestNode::TestNode(std::shared_ptr<MemoryLogStorage> storage, Options options)
    : storage_(std::move(storage)),
      log_(options.reachable == nullptr || *options.reachable ? storage_->Open() : nullptr),
      handle_(log_ ? log_->handle() : -1),
      name_(options.name),
      registry_(std::make_unique<LocalRegistry>(MakeOptions(options), Formats(), log_.get(), &election_, SystemClock(),
                                                timer_.get(), &executor_)) {}

LocalRegistry::Options TestNode::MakeOptions(const Options& options) {
  LocalRegistry::Options result = RegistryOptions(options);
  if (log_ == nullptr) result.log_trouble = MakeError(ErrorReason::kLogUnavailable, "no broker");
  result.open_log = [this, reopened = options.reopened, hold = options.hold_reopened,
                     reachable = options.reachable](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> {
    if (reachable != nullptr && !*reachable) return MakeError(ErrorReason::kLogUnavailable, "no broker");
    auto log = (reopened ? reopened : storage_)->Open();
    handle_ = log->handle();
    if (hold) (reopened ? reopened : storage_)->HoldAppends(handle_);
    return log;
  };
  return result;
}

TestNode::~TestNode() {
  registry_->Stop();
  executor_.Stop();
  timer_.reset();  // its callbacks reach into the registry
}

void TestNode::Start() {
  std::promise<void> ready;
  registry_->OnReady([&ready] { ready.set_value(); });
  if (!registry_->Start({.node = name_, .grpc_address = grpc_address_}).ok()) std::abort();
  ready.get_future().wait();
}

void TestNode::BeginReading() {
  if (!registry_->Start({.node = name_, .grpc_address = grpc_address_}).ok()) std::abort();
}

void TestNode::StartAsPrimary() {
  Start();
  election_.Elect();
  WaitUntilPrimary();
}

void TestNode::WaitUntilPrimary() {
  while (registry_->gate().role() != Role::kPrimary) std::this_thread::yield();
}

void TestNode::WaitUntilCaughtUp() {
  while (registry_->state().applied().value() + 1 < storage_->next().value()) std::this_thread::yield();
  while (registry_->gate().role() == Role::kReplaying) std::this_thread::yield();
}

void TestNode::WaitUntilSettled() {
  // Gives up rather than hang, where nothing settles: what is asserted next says so.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (registry_->state().AnyUnsettled() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

std::future<absl::StatusOr<WriteResult>> TestNode::WriteLater(WriteCommand command, CallContext context) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<WriteResult>>>();
  auto future = promise->get_future();
  registry_->Write(context, std::move(command),
                   [promise](absl::StatusOr<WriteResult> result) { promise->set_value(std::move(result)); });
  return future;
}

absl::StatusOr<WriteResult> TestNode::Write(WriteCommand command, CallContext context) {
  return WriteLater(std::move(command), std::move(context)).get();
}

absl::StatusOr<SchemaVersion> TestNode::Register(const std::string& subject, const std::string& text,
                                                 std::vector<Reference> references) {
  RegisterSchema request;
  request.subject = Subject::Parse(subject);
  request.content.text = text;
  request.content.references = std::move(references);
  auto result = Write(std::move(request));
  if (!result.ok()) return result.status();
  return *result->registered;
}

}  // namespace regent
