#include "server/registry/testing/word_format.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>

#include "base/error_reason.h"

namespace regent {
namespace {

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

class Words : public ParsedSchema {
 public:
  Words(SchemaType type, std::vector<std::string> words)
      : type_(type), words_(std::move(words)), canonical_(Join(words_)) {}
  SchemaType type() const override { return type_; }
  const std::string& canonical() const override { return canonical_; }
  std::string normalized() const override {
    const std::set<std::string> sorted = AsSet();
    return Join({sorted.begin(), sorted.end()});
  }
  std::set<std::string> AsSet() const { return {words_.begin(), words_.end()}; }
  const std::vector<std::string>& words() const { return words_; }

 private:
  const SchemaType type_;
  const std::vector<std::string> words_;
  const std::string canonical_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const ParsedSchema>> WordFormat::Parse(std::string_view text,
                                                                      absl::Span<const NamedSchema> references,
                                                                      Validation validation,
                                                                      const FormatLimits&) const {
  ++work().parsed;
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    if (word == "!") return errors::SchemaInvalid("an exclamation mark", "/word");
    if (validation == Validation::kStrict && std::isupper(static_cast<unsigned char>(word[0]))) {
      return errors::SchemaInvalid("a capital letter", "/word");
    }
    if (word[0] == '@' && std::none_of(references.begin(), references.end(),
                                       [&](const NamedSchema& r) { return r.name == word.substr(1); })) {
      return errors::SchemaInvalid("no reference for " + word, "/word");
    }
    words.push_back(word);
  }
  if (words.empty()) return errors::SchemaInvalid("no words");
  return std::make_shared<const Words>(type_, std::move(words));
}

bool WordFormat::Equivalent(const ParsedSchema& a, const ParsedSchema& b) const {
  ++work().tested_for_equivalence;
  return static_cast<const Words&>(a).AsSet() == static_cast<const Words&>(b).AsSet();
}

uint64_t WordFormat::EquivalenceKey(const ParsedSchema& schema) const {
  return std::hash<std::string>()(schema.normalized());
}

WordFormat::Work& WordFormat::work() {
  static Work work;
  return work;
}

absl::StatusOr<Comparison> WordFormat::Compare(const ParsedSchema& reader, const ParsedSchema& writer,
                                               CompatibilityPolicy, const FormatLimits&) const {
  ++work().compared;
  Comparison comparison;
  const std::set<std::string> known = static_cast<const Words&>(reader).AsSet();
  for (const std::string& word : static_cast<const Words&>(writer).words()) {
    if (known.contains(word) || word.back() == '?') continue;
    comparison.differences.push_back({.type = "WORD_UNKNOWN", .path = "/" + word, .message = "unknown word " + word});
  }
  return comparison;
}

std::vector<std::string> WordFormat::TopLevelFields(const ParsedSchema& schema) const {
  std::istringstream words(schema.canonical());
  return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

absl::StatusOr<std::string> WordFormat::Render(const ParsedSchema& schema, std::string_view) const {
  return schema.canonical();
}

}  // namespace regent
