// An election in the hands of a test. Callbacks run on the thread that calls.
#pragma once

#include <chrono>
#include <optional>

#include "base/mutex.h"
#include "election/election.h"

namespace regent {

class HandDrivenElection : public Election {
 public:
  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  // ShouldResign where this node was elected. One that was, and yields for no time, and was not deposed since, is
  // elected again, as the only member of a group would be.
  void Yield(std::chrono::milliseconds pause) override;
  void Leave() override;
  ElectionDescription Describe() const override;

  // Each suggests its part to the listener; nothing before Start() or after Leave().
  void Elect();
  void Depose();
  void LoseContact();
  void Reject(const absl::Status& status);

  // The pause of the last Yield() that gave the office up; nothing when it was ended, or this node elected, since.
  std::optional<std::chrono::milliseconds> yielded() const;

 private:
  ElectionListener* Set(bool elected);

  mutable Mutex mutex_;
  ElectionListener* listener_ GUARDED_BY(mutex_) = nullptr;
  bool elected_ GUARDED_BY(mutex_) = false;
  std::optional<std::chrono::milliseconds> yielded_ GUARDED_BY(mutex_);
};

}  // namespace regent
