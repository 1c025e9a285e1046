#include "schema/avro/unicode_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace regent::avro {
namespace {

TEST(UnicodeOrderTest, IsTheOrderOfUtf16) {
  const std::vector<std::string> ascending = {
      "", "A", "B", "a", "ab", "b", "\u00e9", "\u65e5\u672c", "\ud7ff", "\U00010000", "\U0010ffff", "\ue000", "\ufffd"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(JavaLess(ascending[i], ascending[j]), i < j) << ascending[i] << " " << ascending[j];
    }
  }
}

}  // namespace
}  // namespace regent::avro
