#include "client/message_path.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FileDescriptorProto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// FileDescriptorProto is the 2nd message of its file, DescriptorProto the 3rd, with ExtensionRange and ReservedRange.
const google::protobuf::FileDescriptor& File() { return *FileDescriptorProto::descriptor()->file(); }

TEST(MessagePathTest, NamesTopLevelAndNestedMessages) {
  EXPECT_THAT(PathOf(*FileDescriptorProto::descriptor()), ElementsAre(1));
  EXPECT_THAT(PathOf(*DescriptorProto::ReservedRange::descriptor()), ElementsAre(2, 1));
}

TEST(MessagePathTest, FindsWhatItNamed) {
  for (const auto* message : {FileDescriptorProto::descriptor(), DescriptorProto::ReservedRange::descriptor()}) {
    const auto found = MessageAt(File(), PathOf(*message));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, message);
  }
}

TEST(MessagePathTest, SaysWhichIndexDoesNotExist) {
  const auto problem = [](const MessagePath& path) {
    const absl::Status status = MessageAt(File(), path).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
    return std::string(status.message());
  };
  EXPECT_THAT(problem({}), HasSubstr("at least one"));
  EXPECT_THAT(problem({9999}), HasSubstr("descriptor.proto has no message with the index 9999"));
  EXPECT_THAT(problem({-1}), HasSubstr("index -1"));
  EXPECT_THAT(problem({2, 7}), HasSubstr("google.protobuf.DescriptorProto has no message with the index 7: it has 2"));
}

}  // namespace
}  // namespace regent::client
