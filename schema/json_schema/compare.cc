#include "schema/json_schema/compare.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "schema/json_schema/comparer.h"

namespace regent::json_schema {
namespace {

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

  std::string PathOf(const Findings::Item& item) const {
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
