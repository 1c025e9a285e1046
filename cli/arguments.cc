#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/error_reason.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

// Words longer than this are no typing mistakes, and not worth comparing.
constexpr size_t kLongestName = 64;

absl::Status Wrong(std::string_view message) { return MakeError(ErrorReason::kRequestInvalid, message); }

// Dashes begin a flag unless they stand alone or before a digit (`-1` is a version to some).
bool LooksLikeFlag(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

const Flag* Find(absl::Span<const Flag> flags, std::string_view name) {
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

absl::Status UnknownFlag(std::string_view word, std::string_view name, absl::Span<const Flag> flags) {
  std::vector<std::string_view> names;
  for (const Flag& flag : flags) names.push_back(flag.name);
  std::string message = "unknown flag " + Printable(word.substr(0, word.find('=')));
  if (const auto nearest = Nearest(name, names)) message.append("; did you mean --").append(*nearest).append("?");
  return Wrong(message);
}

// Levenshtein's distance: how many letters to add, drop or replace.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

absl::StatusOr<Arguments> Arguments::Parse(absl::Span<const std::string> words, absl::Span<const Flag> flags) {
  Arguments out;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--") {
      out.words_.insert(out.words_.end(), words.begin() + i + 1, words.end());
      break;
    }
    if (!LooksLikeFlag(word)) {
      out.words_.emplace_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    std::string_view name = word == "-h" ? "--help" : word.substr(0, equals);
    if (name.substr(0, 2) != "--") return UnknownFlag(word, name.substr(1), flags);
    name.remove_prefix(2);
    const Flag* flag = Find(flags, name);
    if (flag == nullptr) return UnknownFlag(word, name, flags);

    std::string value;
    if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (flag->value_name.empty()) {
      value = "true";
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return Wrong("--" + std::string(name) + " needs a value: --" + std::string(name) + " " +
                   std::string(flag->value_name));
    }
    if (absl::Status added = out.Add(*flag, std::move(value)); !added.ok()) return added;
  }
  return out;
}

absl::Status Arguments::Add(const Flag& flag, std::string value) {
  const std::string name(flag.name);
  if (flag.value_name.empty()) {
    const auto on = ParseBool(value);
    if (!on) return Wrong("--" + name + " is a switch: it takes true or false, not '" + Printable(value) + "'");
    value = *on ? "true" : "false";
  }
  std::vector<std::string>& values = flags_[name];
  if (!values.empty() && !flag.repeated) return Wrong("--" + name + " is given twice");
  values.push_back(std::move(value));
  return absl::OkStatus();
}

bool Arguments::Has(std::string_view flag) const { return flags_.find(flag) != flags_.end(); }

std::optional<std::string> Arguments::Value(std::string_view flag) const {
  const auto found = flags_.find(flag);
  if (found == flags_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::Values(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string_view> Nearest(std::string_view word, absl::Span<const std::string_view> candidates) {
  if (word.size() > kLongestName) return std::nullopt;
  std::optional<std::string_view> best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    // A word that shares nothing with the candidate is not a mistyped one.
    const size_t distance = Distance(word, candidate);
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "no" || text == "off") return false;
  return std::nullopt;
}

std::optional<int32_t> ParsePositive(std::string_view text) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

}  // namespace regent::cli
