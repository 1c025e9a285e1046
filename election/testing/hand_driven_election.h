// An election in the hands of a test. Callbacks run on the thread that calls.
#pragma once

#include "base/mutex.h"
#include "election/election.h"

namespace regent {

class HandDrivenElection : public Election {
 public:
  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  void Leave() override;
  ElectionDescription Describe() const override;

  // Each suggests its part to the listener; nothing before Start() or after Leave().
  void Elect();
  void Depose();
  void LoseContact();
  void Reject(const absl::Status& status);

 private:
  ElectionListener* Set(bool elected);

  mutable Mutex mutex_;
  ElectionListener* listener_ GUARDED_BY(mutex_) = nullptr;
  bool elected_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
