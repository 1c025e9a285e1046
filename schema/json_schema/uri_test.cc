#include "schema/json_schema/uri.h"

#include "gtest/gtest.h"

namespace regent::json_schema {
namespace {

// RFC 3986, 5.4: the examples of the standard.
TEST(UriTest, ResolvesAsTheStandardShows) {
  constexpr std::string_view kBase = "http://a/b/c/d;p?q";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
  };
  for (const auto& [reference, target] : cases) EXPECT_EQ(ResolveUri(kBase, reference), target) << reference;
}

TEST(UriTest, ResolvesWhereTheBaseIsNoWebAddress) {
  EXPECT_EQ(ResolveUri("", "person.json#/a"), "person.json#/a");
  EXPECT_EQ(ResolveUri("schemas/order.json", "person.json"), "schemas/person.json");
  EXPECT_EQ(ResolveUri("urn:example:root", "#/definitions/a"), "urn:example:root#/definitions/a");
  EXPECT_EQ(ResolveUri("http://a", "x.json"), "http://a/x.json");
}

TEST(UriTest, ReadsPointers) {
  EXPECT_EQ(ParsePointer("/a~1b/~0/0//c d"), (std::vector<std::string>{"a/b", "~", "0", "", "c d"}));
  EXPECT_EQ(ParsePointer(""), std::vector<std::string>{});
  EXPECT_EQ(ParsePointer("anchor"), std::nullopt);
  EXPECT_EQ(EscapePointer("a/b~c"), "a~1b~0c");
  EXPECT_EQ(PercentDecode("%5Ea%25%2"), "^a%%2");
}

}  // namespace
}  // namespace regent::json_schema
