#include "tests/history/checker.h"

#include <algorithm>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace regent::history {
namespace {

using Kind = Operation::Kind;
using Result = Operation::Result;

std::string Show(const Operation& o) {
  static constexpr const char* kKinds[] = {"register", "lookup", "latest"};
  static constexpr const char* kResults[] = {"ok", "not found", "failed", "unknown"};
  return absl::StrCat("[", o.call, ", ",
                      o.answer == std::numeric_limits<int64_t>::max() ? "never" : std::to_string(o.answer), "] client ",
                      o.client, " on node ", o.node, ": ", kKinds[static_cast<int>(o.kind)], " ", o.subject, " \"",
                      o.text, "\" -> ", kResults[static_cast<int>(o.result)], " version ", o.version, " id ", o.id);
}

// One subject: its texts in the order of their versions.
class SubjectModel {
 public:
  // Whether the operation may do now what it was told it did; if so, does it.
  bool Apply(const Operation& o) {
    const auto found = std::find(texts_.begin(), texts_.end(), o.text);
    const int version = static_cast<int>(found - texts_.begin()) + 1;
    switch (o.kind) {
      case Kind::kRegister:
        if (o.result == Result::kOk && o.version != version) return false;
        if (found == texts_.end()) texts_.push_back(o.text);
        return true;
      case Kind::kLookup:
        return o.result == Result::kNotFound ? found == texts_.end() : found != texts_.end() && o.version == version;
      case Kind::kLatest:
        if (o.result == Result::kNotFound) return texts_.empty();
        return o.version == static_cast<int>(texts_.size()) && o.version > 0 && texts_.back() == o.text;
    }
    return false;
  }
  bool Has(const std::string& text) const { return std::find(texts_.begin(), texts_.end(), text) != texts_.end(); }
  std::string Key() const {
    std::string key;
    for (const std::string& text : texts_) absl::StrAppend(&key, text, "\n");
    return key;
  }

 private:
  std::vector<std::string> texts_;
};

// Depth-first over which operation comes next. An operation may come next if no other one that is still open was
// answered before it was called.
class Search {
 public:
  explicit Search(std::vector<Operation> operations) : operations_(std::move(operations)) {
    // In order of calls, so that few need to be looked at for each step.
    std::sort(operations_.begin(), operations_.end(),
              [](const Operation& a, const Operation& b) { return a.call < b.call; });
    done_.assign(operations_.size(), false);
    for (const Operation& o : operations_) must_ += o.result != Result::kUnknown;
  }

  bool Linearizable() {
    struct Step {
      size_t next;  // candidate to try
      size_t taken = std::numeric_limits<size_t>::max();
      SubjectModel before;
    };
    std::vector<Step> steps = {{0, std::numeric_limits<size_t>::max(), model_}};
    size_t must = must_;
    while (true) {
      if (must == 0) return true;
      Step& step = steps.back();
      if (step.taken != std::numeric_limits<size_t>::max()) {
        // Came back: what was tried here leads nowhere.
        done_[step.taken] = false;
        must += operations_[step.taken].result != Result::kUnknown;
        model_ = step.before;
        step.taken = std::numeric_limits<size_t>::max();
      }
      const int64_t first_answer = FirstAnswer();
      bool advanced = false;
      // Those of known outcome first: one of unknown outcome need not have happened before something tells of it.
      for (size_t at = step.next; at < 2 * operations_.size(); ++at) {
        const size_t i = at % operations_.size();
        const bool unknown = operations_[i].result == Result::kUnknown;
        if (done_[i] || unknown != (at >= operations_.size()) || operations_[i].call > first_answer) continue;
        if (unknown && model_.Has(operations_[i].text)) continue;  // it would change nothing
        SubjectModel after = model_;
        if (!after.Apply(operations_[i])) continue;
        done_[i] = true;
        if (!seen_.insert(absl::StrCat(DoneKey(), after.Key())).second) {
          done_[i] = false;
          continue;
        }
        step.next = at + 1;
        step.taken = i;
        must -= operations_[i].result != Result::kUnknown;
        model_ = after;
        depth_ = std::max(depth_, steps.size());
        if (depth_ == steps.size()) deepest_ = done_;
        steps.push_back({0, std::numeric_limits<size_t>::max(), model_});
        advanced = true;
        break;
      }
      if (advanced) continue;
      steps.pop_back();
      if (steps.empty()) return false;
    }
  }

  // What stood in the way of the order that went furthest.
  std::string Obstacle() const {
    std::string text;
    int named = 0;
    for (size_t i = 0; i < operations_.size() && named < 5; ++i) {
      if ((deepest_.empty() || !deepest_[i]) && operations_[i].result != Result::kUnknown) {
        absl::StrAppend(&text, "\n  ", Show(operations_[i]));
        ++named;
      }
    }
    return text;
  }

 private:
  int64_t FirstAnswer() const {
    int64_t first = std::numeric_limits<int64_t>::max();
    for (size_t i = 0; i < operations_.size(); ++i) {
      if (operations_[i].call > first) break;
      if (!done_[i]) first = std::min(first, operations_[i].answer);
    }
    return first;
  }
  std::string DoneKey() const {
    std::string key((done_.size() + 7) / 8, '\0');
    for (size_t i = 0; i < done_.size(); ++i) {
      if (done_[i]) key[i / 8] = static_cast<char>(key[i / 8] | (1 << (i % 8)));
    }
    return key;
  }

  std::vector<Operation> operations_;
  std::vector<bool> done_;
  std::vector<bool> deepest_;
  size_t depth_ = 0;
  size_t must_ = 0;
  SubjectModel model_;
  std::unordered_set<std::string> seen_;
};

bool IsWriteOrLinearizable(const Operation& o) {
  return o.kind == Kind::kRegister || o.read == Operation::Read::kLinearizable;
}

}  // namespace

Verdict CheckLinearizable(const std::vector<Operation>& history) {
  std::map<std::string, std::vector<Operation>> subjects;
  for (const Operation& o : history) {
    if (!IsWriteOrLinearizable(o) || o.result == Result::kFailed) continue;
    if (o.kind != Kind::kRegister && o.result == Result::kUnknown) continue;  // told nothing
    Operation kept = o;
    if (o.result == Result::kUnknown) kept.answer = std::numeric_limits<int64_t>::max();
    subjects[o.subject].push_back(std::move(kept));
  }
  for (auto& [subject, operations] : subjects) {
    Search search(std::move(operations));
    if (search.Linearizable()) continue;
    return {false, absl::StrCat("subject ", subject, ": no order of instants explains these:", search.Obstacle())};
  }
  return {};
}

Verdict CheckIds(const std::vector<Operation>& history) {
  std::map<int, const Operation*> by_id;
  std::map<std::string, const Operation*> by_text;
  std::map<std::pair<std::string, int>, const Operation*> by_version;
  for (const Operation& o : history) {
    if (o.result != Result::kOk) continue;
    const Operation* const same_id = by_id.emplace(o.id, &o).first->second;
    if (same_id->text != o.text)
      return {false, absl::StrCat("an id names two texts:\n  ", Show(*same_id), "\n  ", Show(o))};
    const Operation* const same_text = by_text.emplace(o.text, &o).first->second;
    if (same_text->id != o.id)
      return {false, absl::StrCat("a text has two ids:\n  ", Show(*same_text), "\n  ", Show(o))};
    const Operation* const same_version = by_version.emplace(std::pair(o.subject, o.version), &o).first->second;
    if (same_version->text != o.text) {
      return {false, absl::StrCat("a version has two texts:\n  ", Show(*same_version), "\n  ", Show(o))};
    }
  }
  return {};
}

namespace {

// Of one subject.
Verdict CheckSession(const std::vector<const Operation*>& reads, const std::vector<const Operation*>& writes) {
  // What each node had answered by the time a read was asked there.
  for (size_t i = 0; i < reads.size(); ++i) {
    for (size_t j = i + 1; j < reads.size(); ++j) {
      const Operation& earlier = *reads[i];
      const Operation& later = *reads[j];
      if (later.call < earlier.answer || later.node != earlier.node) continue;
      if (later.version < earlier.version) {
        return {false, absl::StrCat("a node went back:\n  ", Show(earlier), "\n  ", Show(later))};
      }
    }
  }
  for (const Operation* write : writes) {
    for (const Operation* read : reads) {
      if (read->min_position < write->position || read->version >= write->version) continue;
      return {false, absl::StrCat("a read that asked for a write's position does not see it:\n  ", Show(*write), "\n  ",
                                  Show(*read))};
    }
  }
  return {};
}

}  // namespace

Verdict CheckSessions(const std::vector<Operation>& history) {
  struct Subject {
    std::vector<const Operation*> reads;
    std::vector<const Operation*> writes;
  };
  std::map<std::string, Subject> subjects;
  for (const Operation& o : history) {
    const bool tells = o.result == Result::kOk || (o.result == Result::kNotFound && o.kind == Kind::kLatest);
    if (o.kind == Kind::kLatest && tells) subjects[o.subject].reads.push_back(&o);
    if (o.kind == Kind::kRegister && o.result == Result::kOk && o.position >= 0)
      subjects[o.subject].writes.push_back(&o);
  }
  for (auto& [name, subject] : subjects) {
    std::sort(subject.reads.begin(), subject.reads.end(),
              [](const Operation* a, const Operation* b) { return a->answer < b->answer; });
    if (Verdict verdict = CheckSession(subject.reads, subject.writes); !verdict.ok) return verdict;
  }
  return {};
}

Verdict Check(const std::vector<Operation>& history) {
  for (const auto& check : {CheckIds, CheckSessions, CheckLinearizable}) {
    if (Verdict verdict = check(history); !verdict.ok) return verdict;
  }
  return {};
}

}  // namespace regent::history
