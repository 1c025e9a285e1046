#include "schema/json_schema/pattern.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"

namespace regent::json_schema {
namespace {

// Follows a pattern from left to right and stops at what every dialect refuses.
class Checker {
 public:
  explicit Checker(std::string_view pattern) : text_(pattern) {}

  std::optional<std::string> Check() {
    while (at_ < text_.size() && !problem_) Step();
    if (!problem_ && open_groups_ > 0) Fail("a '(' is never closed");
    return problem_;
  }

 private:
  void Step() {
    const char c = text_[at_];
    switch (c) {
      case '\\':
        Escape();
        return;
      case '[':
        Class();
        return;
      case '(':
        OpenGroup();
        return;
      case ')':
        if (open_groups_ == 0) return Fail("a ')' closes nothing");
        --open_groups_;
        repeatable_ = true;
        break;
      case '|':
        repeatable_ = false;
        break;
      case '*':
      case '+':
      case '?':
        ++at_;
        return Quantifier();
      case '{':
        return Braces();
      default:
        repeatable_ = true;
    }
    ++at_;
  }

  void Escape() {
    if (at_ + 1 >= text_.size()) return Fail("it ends in a backslash");
    if (text_[at_ + 1] == 'c') {  // a control character, e.g. \c[
      at_ = std::min(at_ + 3, text_.size());
    } else if (text_[at_ + 1] == 'Q') {  // Java: literal up to \E
      const size_t end = text_.find("\\E", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      at_ += 2;
    }
    repeatable_ = true;
  }

  // The first unescaped `]` closes in ECMA; what other dialects read differently (`[]a]`, `[a[b]]`) still passes,
  // because a `]` on its own is a plain character.
  void Class() {
    const size_t opening = at_++;
    if (Peek() == '^') ++at_;
    int previous = -1;  // the character before a possible `-`, if it is a plain one
    while (at_ < text_.size() && text_[at_] != ']') {
      if (text_[at_] == '-' && previous >= 0 && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        const int last = ClassCharacter();
        if (last >= 0 && last < previous) return Fail("a range in [...] runs backwards");
        previous = -1;
      } else {
        previous = ClassCharacter();
      }
    }
    if (at_ >= text_.size()) {
      at_ = opening;
      return Fail("a '[' is never closed");
    }
    ++at_;
    repeatable_ = true;
  }

  // Steps over one character of a class; its code, or -1 for an escape or a character beyond ASCII.
  int ClassCharacter() {
    if (text_[at_] == '\\') {
      at_ = std::min(at_ + 2, text_.size());
      return -1;
    }
    const auto c = static_cast<uint8_t>(text_[at_++]);
    return c < 0x80 ? c : -1;
  }

  void OpenGroup() {
    ++at_;
    ++open_groups_;
    repeatable_ = false;
    if (Peek() != '?') return;
    ++at_;
    const char kind = Peek();
    const bool known = absl::ascii_isalpha(kind) ||
                       (kind != '\0' && absl::string_view(":=!>#<-'^|(").find(kind) != absl::string_view::npos);
    if (!known) return Fail("'(?' begins no known kind of group");
    ++at_;
    if (kind == '<' && (Peek() == '=' || Peek() == '!')) ++at_;
  }

  void Braces() {
    // Only digits and one comma make a repetition: however long the pattern is, no byte of it is looked at twice.
    size_t at = at_ + 1;
    const std::string_view low = Digits(&at);
    const bool has_comma = at < text_.size() && text_[at] == ',';
    if (has_comma) ++at;
    const std::string_view high = has_comma ? Digits(&at) : low;
    if (low.empty() || at >= text_.size() || text_[at] != '}') {  // plain characters
      ++at_;
      repeatable_ = true;
      return;
    }
    if (!high.empty() && Less(high, low)) return Fail("a repetition {n,m} has more at least than at most");
    at_ = at + 1;
    const bool repeatable = repeatable_;
    Quantifier();
    repeatable_ = repeatable;  // a{2}{3} is fine in Java
  }

  // Those that begin at `at`, which moves behind them.
  std::string_view Digits(size_t* at) const {
    const size_t begin = *at;
    while (*at < text_.size() && absl::ascii_isdigit(text_[*at])) ++*at;
    return text_.substr(begin, *at - begin);
  }

  void Quantifier() {
    if (!repeatable_) {
      --at_;
      return Fail("there is nothing to repeat");
    }
    if (Peek() == '?' || Peek() == '+') ++at_;  // lazy, or Java's possessive
    repeatable_ = false;
  }

  static bool Less(std::string_view a, std::string_view b) {
    while (a.size() > 1 && a.front() == '0') a.remove_prefix(1);
    while (b.size() > 1 && b.front() == '0') b.remove_prefix(1);
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void Fail(std::string_view what) { problem_ = absl::StrCat(std::string(what), " (at byte ", at_ + 1, ")"); }

  const std::string_view text_;
  size_t at_ = 0;
  size_t open_groups_ = 0;
  bool repeatable_ = false;
  std::optional<std::string> problem_;
};

// RE2's spelling of what it knows under another: \u00e9 and (?<name>...).
std::string ForRe2(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest[0] == '\\' && rest.size() > 1) {
      const std::string_view digits = rest.substr(2, 4);
      if (rest[1] == 'u' && digits.size() == 4 && std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
        out += "\\x{" + std::string(digits) + "}";
        i += 5;
      } else {
        out += rest.substr(0, 2);
        ++i;
      }
    } else if (rest.substr(0, 3) == "(?<" && rest.size() > 3 && absl::ascii_isalpha(rest[3])) {
      out += "(?P<";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

std::unique_ptr<re2::RE2> Compile(std::string_view pattern, int* compiled_size) {
  constexpr size_t kLongestPattern = 16 << 10;
  if (pattern.size() > kLongestPattern) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto compiled = std::make_unique<re2::RE2>(ForRe2(pattern), options);
  constexpr int kGivenUpAt = 16 << 10;
  if (compiled->ok()) *compiled_size = compiled->ProgramSize();
  if (compiled->error_code() == re2::RE2::ErrorPatternTooLarge) *compiled_size = kGivenUpAt;
  return compiled->ok() ? std::move(compiled) : nullptr;
}

}  // namespace

std::optional<std::string> PatternProblem(std::string_view pattern) { return Checker(pattern).Check(); }

NamePattern::NamePattern(std::string_view pattern) : re2_(Compile(pattern, &compiled_size_)) {}
NamePattern::~NamePattern() = default;
NamePattern::NamePattern(NamePattern&&) noexcept = default;

int NamePattern::program_size() const { return re2_ == nullptr ? 0 : re2_->ProgramSize(); }

NamePattern::Match NamePattern::FindIn(std::string_view name) const {
  if (re2_ == nullptr) return Match::kUnknown;
  return re2::RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *re2_) ? Match::kYes : Match::kNo;
}

}  // namespace regent::json_schema
