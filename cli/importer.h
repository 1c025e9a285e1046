// Brings what a plan holds into a registry, and leaves alone what is there already.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "cli/import_plan.h"
#include "client/registry_client.h"

namespace regent::cli {

struct ImportCounts {
  int64_t present = 0;     // versions that were there already, and the same
  int64_t registered = 0;  // versions
  int64_t deleted = 0;     // of them and of those present
  int64_t configs = 0;     // changed
  int64_t modes = 0;
  int64_t contexts = 0;      // that were not there, or whose ids would have begun lower
  int64_t associations = 0;  // that were not there
};

// Check(), then Run(), by one thread; both call the registry many times. Neither pointer is owned.
class Importer {
 public:
  using Told = std::function<void(int64_t done)>;

  // `stopped` is asked before each call that changes something, by several threads: once it is true, Run() ends with
  // CANCELLED.
  Importer(const client::RegistryClient* client, const ImportPlan* plan, std::istream* dump,
           std::function<bool()> stopped)
      : client_(client), plan_(plan), dump_(dump), stopped_(std::move(stopped)), present_(plan->items.size()) {}

  // Compares with what is there; changes nothing. Then `conflicts` holds a line for each version or configuration that
  // is there and different, the first hundred of them.
  absl::Status Check();
  const std::vector<std::string>& conflicts() const { return conflicts_; }
  // What Run() has to do.
  ImportCounts Missing() const;

  // Registers, by references; deletes; associates; configures; sets the modes. Stops at the first refusal, named by
  // subject and version. `told` hears how many versions are in place.
  absl::Status Run(const Told& told);
  const ImportCounts& counts() const { return counts_; }

 private:
  enum class Present { kNo, kSame, kSameButLive };

  absl::Status CheckConfigs();
  absl::Status CheckContexts();
  absl::Status CheckAssociations();
  absl::Status Associate();
  // Contexts without a subject, and ids that were given out and are used no more, come to be by a schema that goes
  // again.
  absl::Status MarkContexts();
  absl::Status RemoveMark(const std::string& context);
  // Where the mode is IMPORT meanwhile: everywhere a mode of its own would decide, which is each context.
  std::set<client::ConfigTarget> Places() const;
  absl::Status RegisterLevel(const std::vector<size_t>& items, const Told& told);
  absl::Status RegisterBatch(const std::vector<size_t>& items);
  absl::Status CheckOutcome(const ImportItem& item, const absl::StatusOr<client::RegisterSchemaResult>& result) const;
  absl::Status Delete(const std::vector<size_t>& items);
  absl::Status Configure();
  absl::Status SetModes();
  void Conflict(std::string line);
  absl::Status GoOn() const;

  const client::RegistryClient* const client_;
  const ImportPlan* const plan_;
  std::istream* const dump_;
  const std::function<bool()> stopped_;
  std::vector<Present> present_;  // of each item
  std::vector<size_t> configs_to_set_;
  std::vector<size_t> contexts_to_mark_;
  std::vector<size_t> associations_to_make_;
  std::set<std::string> marks_left_;  // contexts where an import that was cut short left its mark
  std::vector<std::string> conflicts_;
  ImportCounts counts_;
  Mutex dump_mutex_;  // of dump_, while several threads read it
};

}  // namespace regent::cli
