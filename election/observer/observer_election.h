// The election of a node that stays out of it: because it is not eligible, or because it must not be.
#pragma once

#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "election/election.h"

namespace regent {

class ObserverElection : public Election {
 public:
  // With a reason that is an error the listener is told that it was rejected.
  explicit ObserverElection(absl::Status reason = absl::OkStatus()) : reason_(std::move(reason)) {}
  ~ObserverElection() override { Leave(); }

  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  void Yield(std::chrono::milliseconds) override {}
  void Leave() override;
  ElectionDescription Describe() const override { return {.backend = "observer", .members = {}, .elected = false}; }

 private:
  const absl::Status reason_;
  std::thread thread_;
};

}  // namespace regent
