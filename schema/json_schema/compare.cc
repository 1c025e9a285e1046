#include "schema/json_schema/compare.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "schema/json_schema/comparer.h"
#include "schema/json_schema/uri.h"
#include "schema/snippet.h"

namespace regent::json_schema {
namespace {

// What a schema says where `step` leads: `maxLength`, `properties/a`, `items/0`. Steps have Confluent's names, which
// are those of the older drafts.
const JsonValue* Keyword(const JsonValue& schema, std::string_view keyword, std::string_view name) {
  const JsonValue* found = schema.Find(keyword);
  if (found != nullptr && !(keyword == "items" && !name.empty() && !found->is_array())) return found;
  if (keyword == "id") return schema.Find("$id");
  if (keyword == "items" && !name.empty()) return schema.Find("prefixItems");
  if (keyword == "additionalItems" && schema.Find("prefixItems") != nullptr) return schema.Find("items");
  if (keyword != "dependencies") return nullptr;
  for (const char* part : {"dependentRequired", "dependentSchemas"}) {
    const JsonValue* dependencies = schema.Find(part);
    if (dependencies != nullptr && dependencies->Find(name) != nullptr) return dependencies;
  }
  return nullptr;
}

std::string SnippetAt(const JsonValue* schema, const std::string& step) {
  if (schema == nullptr) return "";
  const std::optional<std::vector<std::string>> steps = ParsePointer(absl::StrCat("/", step));
  if (step.empty() || !schema->is_object() || !steps) return Snippet(*schema);
  const std::string& keyword = steps->front();
  const std::string name = steps->size() > 1 ? (*steps)[1] : "";
  const JsonValue* value = Keyword(*schema, keyword, name);
  if (value == nullptr) return "";
  if (name.empty()) return Snippet(absl::StrCat("\"", keyword, "\":", Snippet(*value)));
  if (value->is_object()) {
    const JsonValue* member = value->Find(name);
    return member == nullptr ? "" : Snippet(*member);
  }
  size_t index = 0;
  if (value->is_array() && keyword == "items") {
    const bool valid = absl::SimpleAtoi(name, &index) && index < value->items().size();
    return valid ? Snippet(value->items()[index]) : "";
  }
  return Snippet(absl::StrCat("\"", keyword, "\":", Snippet(*value)));  // required: a list of names
}

Difference Describe(const Findings::Item& item, std::string path) {
  const DifferenceRow& row = RowOf(item.type);
  // Where the report has no path, the sentence says where.
  const std::string& about = item.has_path ? item.about : path;
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : text; };
  const auto sentence = [&](std::string_view pattern) {
    return absl::Substitute(absl::string_view(pattern.data(), pattern.size()), shown(about), shown(item.old_text),
                            shown(item.new_text));
  };
  Difference difference;
  difference.type = std::string(row.name);
  difference.detail = item.about;
  if (item.about.empty()) {
    const bool both = !item.old_text.empty() && !item.new_text.empty();
    difference.detail = absl::StrCat(item.old_text, both ? " -> " : "", item.new_text);
  }
  difference.message = sentence(row.message);
  difference.fix = sentence(row.fix);
  difference.path = std::move(path);
  difference.old_snippet = SnippetAt(item.old_schema, item.step);
  difference.new_snippet = SnippetAt(item.new_schema, item.step);
  return difference;
}

// Walks down the findings in order until enough are listed.
class Lister {
 public:
  Lister(CompatibilityPolicy policy, Listing listing, const FormatLimits& limits, JudgedComparison* out)
      : policy_(policy), listing_(listing), most_(static_cast<size_t>(limits.max_differences)), out_(out) {}

  void List(const Findings& root) {
    open_.push_back({&root, 0, ""});
    while (!open_.empty() && !out_->truncated) {
      Level& level = open_.back();
      if (level.next == level.findings->items.size()) {
        if (level.findings->truncated) out_->truncated = true;
        open_.pop_back();
        continue;
      }
      const Findings::Item& item = level.findings->items[level.next++];
      if (item.within != nullptr) {
        open_.push_back({item.within, 0, item.step});
      } else {
        Add(item);
      }
    }
  }

 private:
  struct Level {
    const Findings* findings;
    size_t next;
    std::string_view step;  // from the level above
  };

  void Add(const Findings::Item& item) {
    const bool compatible = IsCompatible(item.type, policy_);
    if (compatible && listing_ == Listing::kIncompatible) return;
    if (out_->differences.size() >= most_) {
      out_->truncated = true;
      return;
    }
    Difference difference = Describe(item, PathOf(item));
    if (!item.has_path) difference.path.clear();
    out_->differences.push_back({item.type, compatible, std::move(difference)});
  }

  // Of very deep ones the middle is left out: a hundred differences would be megabytes.
  std::string PathOf(const Findings::Item& item) const {
    constexpr size_t kEndBytes = 1000;
    const std::string path = WholePathOf(item);
    if (path.size() <= 2 * kEndBytes) return path;
    const size_t head = path.rfind('/', kEndBytes);
    const size_t tail = path.find('/', path.size() - kEndBytes);
    if (head == std::string::npos || tail == std::string::npos) return path;
    return absl::StrCat(path.substr(0, head), "/...", path.substr(tail));
  }

  std::string WholePathOf(const Findings::Item& item) const {
    std::string path = "#/";
    const auto append = [&](std::string_view step) {
      if (step.empty()) return;
      if (path.size() > 2) path += '/';
      path += step;
    };
    for (const Level& level : open_) append(level.step);
    append(item.step);
    return path;
  }

  const CompatibilityPolicy policy_;
  const Listing listing_;
  const size_t most_;
  JudgedComparison* const out_;
  std::vector<Level> open_;
};

}  // namespace

absl::StatusOr<JudgedComparison> CompareModels(const Model& original, const Model& update, CompatibilityPolicy policy,
                                               Listing listing, const FormatLimits& limits) {
  Comparer comparer(original, update, policy, listing, limits);
  const absl::StatusOr<const Findings*> findings = comparer.Compare();
  if (!findings.ok()) return findings.status();
  JudgedComparison comparison;
  comparison.compatible = (*findings)->compatible;
  Lister(policy, listing, limits, &comparison).List(**findings);
  return comparison;
}

}  // namespace regent::json_schema
