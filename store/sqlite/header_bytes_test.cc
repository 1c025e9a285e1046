#include "store/sqlite/header_bytes.h"

#include "gtest/gtest.h"

namespace regent {
namespace {

TEST(HeaderBytesTest, AreLengthsInFrontOfTexts) {
  EXPECT_EQ(EncodeHeaders({{"ab", "c"}}), std::string("\0\0\0\2ab\0\0\0\1c", 11));
  EXPECT_EQ(EncodeHeaders({}), "");
}

TEST(HeaderBytesTest, AreReadBack) {
  const std::vector<Header> headers = {{"", ""}, {"a", std::string(300, '\xff')}, {"a", std::string("\0x", 2)}};
  std::vector<Header> read;
  ASSERT_TRUE(DecodeHeaders(EncodeHeaders(headers), &read));
  EXPECT_EQ(read, headers);
}

TEST(HeaderBytesTest, RefusesEveryTruncation) {
  const std::string bytes = EncodeHeaders({{"name", "value"}});
  std::vector<Header> read;
  for (size_t size = 1; size < bytes.size(); ++size) EXPECT_FALSE(DecodeHeaders(bytes.substr(0, size), &read)) << size;
}

TEST(HeaderBytesTest, RefusesALengthBeyondTheEnd) {
  std::vector<Header> read;
  EXPECT_FALSE(DecodeHeaders(std::string("\xff\xff\xff\xff", 4), &read));
}

}  // namespace
}  // namespace regent
