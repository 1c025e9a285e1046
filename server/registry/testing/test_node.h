// A whole registry in a test: memory log, election by hand, schemas that are words. Several may share one log.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "election/testing/hand_driven_election.h"
#include "server/registry/local_registry.h"
#include "store/memory/memory_log.h"

namespace regent {

class TestNode {
 public:
  struct Options {
    std::string name = "node-1";
    WritePipeline::Options writes;
    RegistryDefaults defaults;
    ChangeFeed::Options changes;
    RequestMemory::Options requests;
    LogRetention retention;
    // What opening the log again finds; nothing: the same log.
    std::shared_ptr<MemoryLogStorage> reopened;
    // While it says false the log cannot be opened, at the start neither; null: always.
    std::atomic<bool>* reachable = nullptr;
    // Whether what is appended through handles that were opened again does not arrive.
    bool hold_reopened = false;
  };
  explicit TestNode(std::shared_ptr<MemoryLogStorage> storage);
  TestNode(std::shared_ptr<MemoryLogStorage> storage, Options options);
  ~TestNode();

  // How others reach this node, as its claims say. Before it starts.
  void SetAddress(std::string grpc_address) { grpc_address_ = std::move(grpc_address); }
  // Reads the log to its end.
  void Start();
  // Does not wait.
  void BeginReading();
  // Starts, elects the node and waits until it is primary.
  void StartAsPrimary();
  void WaitUntilPrimary();
  // Until this node has applied everything that stands in the log.
  void WaitUntilCaughtUp();
  // Until no key is unsettled, as far as this node has read.
  void WaitUntilSettled();

  std::future<absl::StatusOr<WriteResult>> WriteLater(WriteCommand command, CallContext context = {});
  absl::StatusOr<WriteResult> Write(WriteCommand command, CallContext context = {});
  // Registers `text` and gives the id; the error's reason as text otherwise.
  absl::StatusOr<SchemaVersion> Register(const std::string& subject, const std::string& text,
                                         std::vector<Reference> references = {});

  LocalRegistry& registry() { return *registry_; }
  HandDrivenElection& election() { return election_; }
  MemoryLogStorage& storage() { return *storage_; }
  // Of the log's connection that was opened last.
  int handle() const { return handle_; }

 private:
  LocalRegistry::Options MakeOptions(const Options& options);

  const std::shared_ptr<MemoryLogStorage> storage_;
  std::unique_ptr<MemoryLog> log_;
  std::atomic<int> handle_;
  HandDrivenElection election_;
  ThreadPool executor_{2};
  std::unique_ptr<Timer> timer_ = NewThreadTimer();
  const std::string name_;
  std::string grpc_address_;
  std::unique_ptr<LocalRegistry> registry_;
};

}  // namespace regent
