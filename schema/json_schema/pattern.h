// Regular expressions of schemas: `pattern` and the names in `patternProperties`.
//
// They are ECMA 262's by the specification and Java's or Python's by habit; none of our dependencies knows all of it.
// So two questions are kept apart: whether a pattern is wrong in every dialect (then the schema is refused), and
// whether RE2 can run it (then property names are matched with it).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace regent::json_schema {

// What no dialect accepts: brackets that do not close, nothing to repeat, a range that runs backwards, a backslash at
// the end. Nothing for a pattern that some dialect may understand. Linear in the pattern's length.
std::optional<std::string> PatternProblem(std::string_view pattern);

// A pattern to look for in names. Immutable, thread-safe.
class NamePattern {
 public:
  explicit NamePattern(std::string_view pattern);
  ~NamePattern();
  NamePattern(NamePattern&&) noexcept;

  enum class Match { kNo, kYes, kUnknown };
  // kUnknown when RE2 does not understand the pattern (lookaround, backreferences). Linear in the name's length.
  Match FindIn(std::string_view name) const;

  // How much there is to run, in instructions of RE2; 0 when it is not understood.
  int program_size() const;
  // How much was compiled, of which there may be more: what proved too large was given up halfway.
  int compiled_size() const { return compiled_size_; }

 private:
  int compiled_size_ = 0;          // before re2_, which sets it
  std::unique_ptr<re2::RE2> re2_;  // null when not understood
};

}  // namespace regent::json_schema
