#include "schema/json_schema/pattern.h"

#include "gtest/gtest.h"

namespace regent::json_schema {
namespace {

TEST(PatternTest, AcceptsWhatAnyDialectUnderstands) {
  for (const char* pattern : {
           "",
           "^a+$",
           "^(?!draft)[a-z]+$",          // lookahead
           "(?<=a)b|(?<!c)d",            // lookbehind
           "(['\"]).*\\1",               // backreference
           "(?<year>\\d{4})-\\k<year>",  // ECMA's named groups
           "(?P<year>\\d{4})",           // Python's
           "a++b*+c?+",                  // Java's possessive quantifiers
           "(?>atomic)(?i)case(?-i:x)",  // Java's groups and flags
           "\\Q([\\E",                   // Java's quoting
           "[]a]",                       // empty class and text, or a class of two
           "[^]",                        // ECMA: anything
           "[a-z&&[^aeiou]]",            // Java's intersection
           "[\\w-.]",                    // a dash that is no range
           "[a\\-z]",
           "a{,5}",  // plain text in ECMA
           "x{2}{3}",
           "{",
           "]",
           "}",
           "\\c[\\u00e9\\p{L}\\cA\\/",
           "^*",
           "[\xC3\xA9-\xC3\xA8]",  // beyond ASCII nothing is claimed
       }) {
    EXPECT_EQ(PatternProblem(pattern), std::nullopt) << pattern;
  }
}

TEST(PatternTest, NamesWhatNoDialectUnderstands) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"([", "a '[' is never closed (at byte 2)"},
      {"(a", "a '(' is never closed (at byte 3)"},
      {"a)", "a ')' closes nothing (at byte 2)"},
      {"*a", "there is nothing to repeat (at byte 1)"},
      {"(+)", "there is nothing to repeat (at byte 2)"},
      {"a|?", "there is nothing to repeat (at byte 3)"},
      {"[z-a]", "a range in [...] runs backwards (at byte 5)"},
      {"a{3,2}", "a repetition {n,m} has more at least than at most (at byte 2)"},
      {"a**", "there is nothing to repeat (at byte 3)"},
      {"a\\", "it ends in a backslash (at byte 2)"},
      {"(?", "'(?' begins no known kind of group (at byte 3)"},
      {"[a\\]", "a '[' is never closed (at byte 1)"},
  };
  for (const auto& [pattern, problem] : cases) EXPECT_EQ(PatternProblem(pattern), problem) << pattern;
}

TEST(PatternTest, FindsWithinNames) {
  EXPECT_EQ(NamePattern("^x").FindIn("xa"), NamePattern::Match::kYes);
  EXPECT_EQ(NamePattern("^x").FindIn("ax"), NamePattern::Match::kNo);
  EXPECT_EQ(NamePattern("a").FindIn("banana"), NamePattern::Match::kYes);
  EXPECT_EQ(NamePattern("^\\u00e9$").FindIn("\xC3\xA9"), NamePattern::Match::kYes);
  EXPECT_EQ(NamePattern("(?<n>a)b").FindIn("ab"), NamePattern::Match::kYes);
}

TEST(PatternTest, SaysWhenItCannotTell) {
  EXPECT_EQ(NamePattern("^(?!x)").FindIn("a"), NamePattern::Match::kUnknown);
  EXPECT_EQ(NamePattern("(a)\\1").FindIn("aa"), NamePattern::Match::kUnknown);
  EXPECT_EQ(NamePattern(std::string(20000, 'a')).FindIn("a"), NamePattern::Match::kUnknown);
}

TEST(PatternTest, IsNotSlowOnPatternsMadeToBe) {
  EXPECT_EQ(NamePattern("^(a+)+$").FindIn(std::string(5000, 'a') + "b"), NamePattern::Match::kNo);
  EXPECT_EQ(PatternProblem(std::string(1 << 20, '(') + std::string(1 << 20, ')')), std::nullopt);
  EXPECT_EQ(NamePattern("((a{1000}){1000}){1000}").FindIn("a"), NamePattern::Match::kUnknown);
}

}  // namespace
}  // namespace regent::json_schema
