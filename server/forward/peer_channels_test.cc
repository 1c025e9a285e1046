#include "server/forward/peer_channels.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(PeerChannelsTest, KeepsOneConnectionPerAddress) {
  PeerChannels channels({});
  const auto first = channels.Get("127.0.0.1:1");
  EXPECT_EQ(channels.Get("127.0.0.1:1"), first);
  EXPECT_NE(channels.Get("127.0.0.1:2"), first);
  EXPECT_EQ(channels.size(), 2u);
}

TEST(PeerChannelsTest, TheOneLongestUnusedGoesFirst) {
  PeerChannels channels({.max_channels = 2});
  const auto first = channels.Get("127.0.0.1:1");
  const auto second = channels.Get("127.0.0.1:2");
  channels.Get("127.0.0.1:1");
  channels.Get("127.0.0.1:3");
  EXPECT_EQ(channels.size(), 2u);
  EXPECT_EQ(channels.Get("127.0.0.1:1"), first);
  EXPECT_NE(channels.Get("127.0.0.1:2"), second);
}

TEST(PeerChannelsTest, RemembersWhatWasWrongWithAnAddress) {
  PeerChannels channels({});
  channels.Note("127.0.0.1:1", "before there is a connection");
  EXPECT_EQ(channels.ProblemOf("127.0.0.1:1"), "");
  channels.Get("127.0.0.1:1");
  channels.Get("127.0.0.1:2");
  channels.Note("127.0.0.1:1", "its certificate is nobody's");
  EXPECT_EQ(channels.ProblemOf("127.0.0.1:1"), "its certificate is nobody's");
  EXPECT_EQ(channels.ProblemOf("127.0.0.1:2"), "");
  channels.Note("127.0.0.1:1", "");
  EXPECT_EQ(channels.ProblemOf("127.0.0.1:1"), "");
}

}  // namespace
}  // namespace regent
