// The cluster's view, scripted by a test.
#pragma once

#include "gmock/gmock.h"
#include "server/registry/cluster.h"

namespace regent {

class MockCluster : public Cluster {
 public:
  MOCK_METHOD(ClusterStatus, Status, (), (const, override));
  MOCK_METHOD(void, Resume, (SteadyTime, const ResumeWrites&, ClusterDone), (override));
  MOCK_METHOD(void, Transfer, (SteadyTime, const std::string&, TransferDone), (override));
  MOCK_METHOD(void, RestoreLog, (ClusterDone), (override));
};

}  // namespace regent
