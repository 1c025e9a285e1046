#include "server/grpc/encoded_events.h"

#include <grpcpp/support/slice.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "regent/v1/watch.pb.h"
#include "server/grpc/messages.h"

namespace regent {
namespace {

using EventPtr = EncodedEvents::EventPtr;

EventPtr ModeEvent(int64_t offset) {
  return std::make_shared<const WatchEvent>(
      WatchEvent{{"log", Offset(offset)}, ModeChange{Subject(".", "orders"), Mode::kReadOnly}});
}

// Where the bytes lie.
const uint8_t* PlaceOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  EXPECT_TRUE(buffer.TrySingleSlice(&slice).ok());
  return slice.begin();
}

v1::WatchEvent Decoded(const grpc::ByteBuffer& buffer) {
  v1::WatchEvent event;
  EXPECT_TRUE(Parse(buffer, &event).ok());
  return event;
}

TEST(EncodedEventsTest, BytesAreMadeOnceForAll) {
  EncodedEvents events;
  const EventPtr event = ModeEvent(7);
  const grpc::ByteBuffer first = events.Of(event);
  const grpc::ByteBuffer second = events.Of(event);
  EXPECT_EQ(PlaceOf(first), PlaceOf(second));
  EXPECT_EQ(Decoded(first).position().offset(), 7);
  EXPECT_EQ(Decoded(first).mode().target().subject().subject(), "orders");
}

TEST(EncodedEventsTest, RecentOnesAreKeptAndNoMore) {
  EncodedEvents events;
  const EventPtr old_one = ModeEvent(0);
  const grpc::ByteBuffer old_bytes = events.Of(old_one);
  EventPtr last;
  for (int i = 1; i <= 64; ++i) events.Of(last = ModeEvent(i));
  EXPECT_EQ(old_one.use_count(), 1);
  EXPECT_EQ(last.use_count(), 2);
  // Who is behind gets its bytes, and pushes nobody else's out.
  EXPECT_NE(PlaceOf(events.Of(old_one)), PlaceOf(old_bytes));
  EXPECT_EQ(old_one.use_count(), 1);
}

TEST(EncodedEventsTest, LargeOnesAreKeptUpToTheirBytes) {
  EncodedEvents events;
  std::vector<EventPtr> large;
  for (int i = 0; i < 10; ++i) {
    large.push_back(std::make_shared<const WatchEvent>(
        WatchEvent{{"log", Offset(i)}, ModeChange{Subject(".", std::string(1 << 20, 'x')), Mode::kReadOnly}}));
    events.Of(large.back());
  }
  EXPECT_EQ(large[6].use_count(), 1);
  EXPECT_EQ(large[7].use_count(), 2);
  EXPECT_EQ(large[9].use_count(), 2);
}

TEST(EncodedEventsTest, WhatOneWatchIsToldAloneIsNotKept) {
  EncodedEvents events;
  const auto caught_up = std::make_shared<const WatchEvent>(WatchEvent{{"log", Offset(7)}, CaughtUp()});
  EXPECT_TRUE(Decoded(events.Of(caught_up)).has_caught_up());
  EXPECT_EQ(caught_up.use_count(), 1);
  const auto of_snapshot = std::make_shared<const WatchEvent>(WatchEvent{{}, ModeChange{std::nullopt, Mode::kImport}});
  EXPECT_EQ(Decoded(events.Of(of_snapshot)).mode().now(), v1::MODE_IMPORT);
  EXPECT_EQ(of_snapshot.use_count(), 1);
}

}  // namespace
}  // namespace regent
