#include "base/boxed.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace regent {
namespace {

TEST(BoxedTest, TakesOnePointer) { EXPECT_EQ(sizeof(Boxed<std::string>), sizeof(void*)); }

TEST(BoxedTest, HoldsAValueOrNothing) {
  Boxed<std::string> box;
  EXPECT_FALSE(box);
  box = std::string("text");
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(*box, "text");
  EXPECT_EQ(box->size(), 4u);
  box = std::nullopt;
  EXPECT_FALSE(box);
  box.emplace() += "more";
  EXPECT_EQ(*box, "more");
  box.reset();
  EXPECT_FALSE(box);
}

TEST(BoxedTest, CopyHasItsOwnValue) {
  Boxed<std::string> box(std::string("text"));
  Boxed<std::string> copy = box;
  copy->append("s");
  EXPECT_EQ(*box, "text");
  EXPECT_EQ(*copy, "texts");
  box = copy;
  EXPECT_EQ(*box, "texts");
  const Boxed<std::string>& same = box;
  box = same;
  EXPECT_EQ(*box, "texts");
  const Boxed<std::string> moved = std::move(copy);
  EXPECT_EQ(*moved, "texts");
}

TEST(BoxedTest, ComparesByValue) {
  const Boxed<std::string> none;
  const Boxed<std::string> a(std::string("a"));
  EXPECT_TRUE(none == Boxed<std::string>());
  EXPECT_FALSE(none == a);
  EXPECT_TRUE(a == Boxed<std::string>(std::string("a")));
  EXPECT_TRUE(a == std::string("a"));
  EXPECT_FALSE(a == std::string("b"));
  EXPECT_TRUE(a == std::optional<std::string>("a"));
  EXPECT_TRUE(none == std::nullopt);
}

}  // namespace
}  // namespace regent
