#include "client/server_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace regent::client {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A network of names, addresses and servers, told what to be like.
class ServerDirectoryTest : public ::testing::Test {
 protected:
  std::unique_ptr<ServerDirectory> Make(std::vector<RankedEndpoint> endpoints) {
    ServerDirectory::World world;
    world.resolve = [this](const std::string& endpoint) {
      MutexLock lock(&mutex_);
      return names_.count(endpoint) > 0 ? names_[endpoint] : std::vector<std::string>();
    };
    world.make = [this](const std::string& endpoint, const std::string& address, int rank) {
      MutexLock lock(&mutex_);
      ++made_;
      return std::make_shared<Candidate>(address, rank);
    };
    world.probe = [this](const std::vector<CandidatePtr>& candidates) {
      MutexLock lock(&mutex_);
      std::vector<bool> serves;
      for (const CandidatePtr& candidate : candidates) {
        probed_.insert(candidate->address());
        serves.push_back(down_.count(candidate->address()) == 0);
      }
      ++probes_;
      changed_.NotifyAll();
      return serves;
    };
    world.discover = [this](const std::vector<CandidatePtr>&) {
      MutexLock lock(&mutex_);
      ++discoveries_;
      changed_.NotifyAll();
      return discovered_;
    };
    auto directory = std::make_unique<ServerDirectory>(
        std::move(endpoints), DirectoryOptions{.refresh_interval = milliseconds(5), .probe_interval = milliseconds(5)},
        std::move(world), &failover_);
    directory->Start();
    EXPECT_TRUE(directory->WaitUntilKnown(SystemClock()->Now() + std::chrono::seconds(60)));
    return directory;
  }

  // Blocks until the thread has gone round twice more, so that it has seen what was changed before.
  void Settle(ServerDirectory& directory) {
    MutexLock lock(&mutex_);
    for (const int until = probes_ + 3; probes_ < until;) {
      mutex_.Unlock();
      directory.Note(/*trouble=*/false);
      mutex_.Lock();
      changed_.WaitUntil(&mutex_, SystemClock()->Now() + milliseconds(5));
    }
  }

  void Set(const std::string& name, std::vector<std::string> addresses) {
    MutexLock lock(&mutex_);
    names_[name] = std::move(addresses);
  }
  void SetDown(std::set<std::string> down) {
    MutexLock lock(&mutex_);
    down_ = std::move(down);
  }

  std::vector<std::string> Order() const {
    std::vector<std::string> addresses;
    for (const CandidatePtr& candidate : failover_.Order()) addresses.push_back(candidate->address());
    return addresses;
  }

  Failover failover_{{}, SystemClock(), [](milliseconds) {}};
  Mutex mutex_;
  CondVar changed_;
  std::map<std::string, std::vector<std::string>> names_ GUARDED_BY(mutex_);
  std::set<std::string> down_ GUARDED_BY(mutex_);
  std::vector<std::string> discovered_ GUARDED_BY(mutex_);
  std::set<std::string> probed_ GUARDED_BY(mutex_);
  int made_ GUARDED_BY(mutex_) = 0;
  int probes_ GUARDED_BY(mutex_) = 0;
  int discoveries_ GUARDED_BY(mutex_) = 0;
};

TEST_F(ServerDirectoryTest, EachAddressOfANameIsAServer) {
  Set("home", {"1", "2"});
  Set("away", {"3"});
  const auto directory = Make({{"away", 1}, {"home", 0}});
  EXPECT_THAT(Order(), ElementsAre("1", "2", "3"));
}

TEST_F(ServerDirectoryTest, AddressOfTwoNamesIsOneServer) {
  Set("a", {"1", "2"});
  Set("b", {"2", "1"});
  const auto directory = Make({{"a", 0}, {"b", 0}});
  EXPECT_THAT(Order(), ElementsAre("1", "2"));
}

TEST_F(ServerDirectoryTest, TriesANameThatIsNotKnownAsItIs) {
  const auto directory = Make({{"nowhere", 0}});
  EXPECT_THAT(Order(), ElementsAre("nowhere"));
}

TEST_F(ServerDirectoryTest, FollowsANameThatMoves) {
  Set("a", {"1", "2"});
  const auto directory = Make({{"a", 0}});
  Set("a", {"2", "3"});
  Settle(*directory);
  EXPECT_THAT(Order(), ElementsAre("2", "3"));
  MutexLock lock(&mutex_);
  EXPECT_EQ(made_, 3) << "2 stays what it is, with its connection";
}

TEST_F(ServerDirectoryTest, KeepsServersWhileNamesAreNotAnswered) {
  Set("a", {"1", "2"});
  const auto directory = Make({{"a", 0}});
  Set("a", {});
  Settle(*directory);
  EXPECT_THAT(Order(), ElementsAre("1", "2"));
}

TEST_F(ServerDirectoryTest, NoticesThatASuspectIsWellAgain) {
  Set("a", {"1", "2"});
  SetDown({"1"});
  const auto directory = Make({{"a", 0}});
  failover_.Report(*failover_.candidates()[0], false);
  Settle(*directory);
  EXPECT_TRUE(failover_.candidates()[0]->suspect());
  SetDown({});
  Settle(*directory);
  EXPECT_FALSE(failover_.candidates()[0]->suspect());
}

TEST_F(ServerDirectoryTest, NoticesThatTheServerInUseHangs) {
  Set("a", {"1", "2"});
  const auto directory = Make({{"a", 0}});
  SetDown({"1"});
  Settle(*directory);
  EXPECT_THAT(Order(), ElementsAre("2", "1"));
}

TEST_F(ServerDirectoryTest, ProbesNothingThatIsNotUsed) {
  Set("a", {"1"});
  const auto directory = Make({{"a", 0}});
  std::this_thread::yield();
  MutexLock lock(&mutex_);
  EXPECT_THAT(probed_, IsEmpty());
  EXPECT_EQ(discoveries_, 0);
}

TEST_F(ServerDirectoryTest, AsksWhatOthersTellOfAfterTheConfigured) {
  Set("a", {"1"});
  Set("b", {"2"});
  Set("away", {"3"});
  const auto directory = Make({{"a", 0}, {"away", 1}});
  {
    MutexLock lock(&mutex_);
    discovered_ = {"b", "a"};
  }
  Settle(*directory);
  EXPECT_THAT(Order(), ElementsAre("1", "3", "2"));
}

TEST_F(ServerDirectoryTest, KeepsDiscoveredServersWhenNoneTellsOfThem) {
  Set("a", {"1"});
  Set("b", {"2"});
  const auto directory = Make({{"a", 0}});
  {
    MutexLock lock(&mutex_);
    discovered_ = {"b"};
  }
  Settle(*directory);
  {
    MutexLock lock(&mutex_);
    discovered_ = {};
  }
  Settle(*directory);
  EXPECT_THAT(Order(), ElementsAre("1", "2"));
}

TEST_F(ServerDirectoryTest, BoundsWhatItIsTold) {
  Set("a", {"1"});
  const auto directory = Make({{"a", 0}});
  {
    MutexLock lock(&mutex_);
    for (int i = 0; i < 5000; ++i) discovered_.push_back("server-" + std::to_string(i));
  }
  Settle(*directory);
  EXPECT_EQ(failover_.candidates().size(), 65u);
}

TEST_F(ServerDirectoryTest, LooksAgainWhenEveryServerIsInDoubt) {
  Set("a", {"1"});
  SetDown({"1"});
  const auto directory = Make({{"a", 0}});
  Set("a", {"2"});
  failover_.Report(*failover_.candidates()[0], false);
  directory->Note(/*trouble=*/true);
  MutexLock lock(&mutex_);
  const SteadyTime deadline = SystemClock()->Now() + std::chrono::seconds(60);
  while (made_ < 2 && changed_.WaitUntil(&mutex_, deadline)) {
  }
  EXPECT_EQ(made_, 2);
}

}  // namespace
}  // namespace regent::client
