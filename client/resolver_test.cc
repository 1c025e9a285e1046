#include "client/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace regent::client {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ResolverTest, LeavesNumbersAndPathsAsTheyAre) {
  for (const char* endpoint : {"10.0.0.7:50051", "[::1]:50051", "[fe80::1%lo]:50051", "unix:/run/regent.sock"}) {
    EXPECT_THAT(ResolveEndpoint(endpoint), ElementsAre(endpoint));
  }
}

TEST(ResolverTest, FindsAllAddressesOfAName) {
  EXPECT_THAT(ResolveEndpoint("localhost:50051"), Contains("127.0.0.1:50051"));
  EXPECT_EQ(ResolveEndpoint("dns:///localhost:50051"), ResolveEndpoint("localhost:50051"));
}

TEST(ResolverTest, KnowsNothingOfANameThatCannotExist) {
  // RFC 6761: no name server may know it.
  EXPECT_THAT(ResolveEndpoint("no-such-host.invalid:50051"), IsEmpty());
}

TEST(ResolverTest, LeavesNamesToTheProxyWhereThereIsOne) {
  setenv("grpc_proxy", "http://127.0.0.1:1", 1);
  EXPECT_THAT(ResolveEndpoint("no-such-host.invalid:50051"), ElementsAre("no-such-host.invalid:50051"));
  EXPECT_THAT(ResolveEndpoint("localhost:50051"), Contains("127.0.0.1:50051"));
  unsetenv("grpc_proxy");
}

TEST(ResolverTest, NamesTheTargetForGrpc) {
  EXPECT_EQ(GrpcTargetOf("10.0.0.7:50051"), "ipv4:10.0.0.7:50051");
  EXPECT_EQ(GrpcTargetOf("[::1]:50051"), "ipv6:[::1]:50051");
  EXPECT_EQ(GrpcTargetOf("unix:/run/regent.sock"), "unix:/run/regent.sock");
  EXPECT_EQ(GrpcTargetOf("registry:50051"), "dns:///registry:50051");
  EXPECT_EQ(GrpcTargetOf("dns:///registry:50051"), "dns:///registry:50051");
}

TEST(ResolverTest, KnowsLoopback) {
  for (const char* address : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"}) EXPECT_TRUE(IsLoopback(address));
  for (const char* address : {"10.0.0.1:1", "[fe80::1]:1", "127.example:1", "unix:/run/regent.sock"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace regent::client
