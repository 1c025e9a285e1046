#include "cli/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace regent::cli {
namespace {

TEST(PrintableTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Printable("orders-value :.eu:z\u00fcrich \\n \U0001F600"), "orders-value :.eu:z\u00fcrich \\n \U0001F600");
}

TEST(PrintableTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[2Jb\x7f"), "a\\x1b[2Jb\\x7f");
  EXPECT_EQ(Printable("a\u009b1mb"), "a\\xc2\\x9b1mb");
}

TEST(PrintableTest, EscapesLineBreaksUnlessTheyAreWanted) {
  EXPECT_EQ(Printable("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(PrintableLines("a\nb\rc"), "a\nb\\rc");
}

TEST(PrintableTest, EscapesBytesThatAreNoUtf8AndGoesOn) {
  EXPECT_EQ(Printable("a\xff\xc3(\u00e9"), "a\\xff\\xc3(\u00e9");
}

}  // namespace
}  // namespace regent::cli
