#include "election/election_contract.h"

#include <atomic>
#include <chrono>

#include "base/mutex.h"

namespace regent {
namespace {

class CountingListener : public ElectionListener {
 public:
  void ShouldClaim() override {
    MutexLock lock(&mutex_);
    ++claims_;
    changed_.NotifyAll();
  }
  void ShouldResign() override {
    MutexLock lock(&mutex_);
    ++resignations_;
    changed_.NotifyAll();
  }
  void ContactLost() override {}
  void Rejected(const absl::Status&) override {}

  void WaitForClaim(int count = 1) {
    MutexLock lock(&mutex_);
    while (claims_ < count) changed_.Wait(&mutex_);
  }
  void WaitForResignation() {
    MutexLock lock(&mutex_);
    while (resignations_ == 0) changed_.Wait(&mutex_);
  }
  int claims() {
    MutexLock lock(&mutex_);
    return claims_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int claims_ GUARDED_BY(mutex_) = 0;
  int resignations_ GUARDED_BY(mutex_) = 0;
};

// One that has named this node.
std::unique_ptr<Election> StartElected(const ElectionContractParam& contract, CountingListener* listener) {
  std::unique_ptr<Election> election = contract.make();
  EXPECT_TRUE(election->Start("node-1", listener).ok());
  if (contract.elect) contract.elect(election.get());
  listener->WaitForClaim();
  return election;
}

TEST_P(ElectionContractTest, OnlyMemberIsElected) {
  CountingListener listener;
  const auto election = StartElected(GetParam(), &listener);
  EXPECT_TRUE(election->Describe().elected);
  election->Leave();
}

TEST_P(ElectionContractTest, MemberThatYieldsResignsAndComesBackAfterThePause) {
  CountingListener listener;
  const auto election = StartElected(GetParam(), &listener);
  election->Yield(std::chrono::milliseconds(50));
  listener.WaitForResignation();
  if (GetParam().elect) GetParam().elect(election.get());
  listener.WaitForClaim(2);
  EXPECT_TRUE(election->Describe().elected);
  election->Leave();
}

TEST_P(ElectionContractTest, PauseIsEndedByYieldingForNoTime) {
  CountingListener listener;
  const auto election = StartElected(GetParam(), &listener);
  election->Yield(std::chrono::hours(1));
  listener.WaitForResignation();
  EXPECT_FALSE(election->Describe().elected);
  election->Yield(std::chrono::milliseconds(0));
  listener.WaitForClaim(2);
  election->Leave();
}

TEST_P(ElectionContractTest, PauseThatIsEndedBeforeItBeganIsOneAllTheSame) {
  CountingListener listener;
  const auto election = StartElected(GetParam(), &listener);
  election->Yield(std::chrono::hours(1));
  election->Yield(std::chrono::milliseconds(0));
  listener.WaitForResignation();
  listener.WaitForClaim(2);
  election->Leave();
}

TEST_P(ElectionContractTest, LeavingDuringAPauseIsPrompt) {
  CountingListener listener;
  const auto election = GetParam().make();
  ASSERT_TRUE(election->Start("node-1", &listener).ok());
  election->Yield(std::chrono::hours(1));
  election->Leave();
  EXPECT_FALSE(election->Describe().elected);
}

TEST_P(ElectionContractTest, NothingIsCalledAfterLeave) {
  CountingListener listener;
  const auto election = GetParam().make();
  ASSERT_TRUE(election->Start("node-1", &listener).ok());
  if (GetParam().elect) GetParam().elect(election.get());
  election->Leave();
  const int before = listener.claims();
  if (GetParam().elect) GetParam().elect(election.get());
  EXPECT_EQ(listener.claims(), before);
  EXPECT_FALSE(election->Describe().elected);
}

TEST_P(ElectionContractTest, LeavingTwiceOrWithoutStartIsNothing) {
  const auto election = GetParam().make();
  election->Leave();
  election->Leave();
  EXPECT_FALSE(election->Describe().elected);
}

TEST_P(ElectionContractTest, BackendHasAName) { EXPECT_FALSE(GetParam().make()->Describe().backend.empty()); }

}  // namespace
}  // namespace regent
