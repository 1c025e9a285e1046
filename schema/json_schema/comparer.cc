#include "schema/json_schema/comparer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {

Comparer::Comparer(const Model& old_model, const Model& new_model, CompatibilityPolicy policy, Listing listing,
                   const FormatLimits& limits)
    : old_model_(old_model),
      new_model_(new_model),
      policy_(policy),
      listing_(listing),
      limits_(limits),
      steps_(limits.max_comparison_steps),
      equality_(old_model, new_model) {}

absl::StatusOr<const Findings*> Comparer::Compare() {
  const Pair roots(Dereferenced({Side::kOld, kNoNode, 0}), Dereferenced({Side::kNew, kNoNode, 0}));
  Enter(roots);
  while (!frames_.empty() && steps_ >= 0) Advance();
  if (steps_ < 0) {
    return errors::SchemaTooComplex(absl::StrCat("comparing the two schemas takes more than the limit of ",
                                                 limits_.max_comparison_steps, " steps"));
  }
  return StateOf(roots).findings;
}

Ref Comparer::Dereferenced(Ref ref) const {
  while (model(ref.side).node(ref.node).kind == Kind::kReference) {
    ref.node = model(ref.side).node(ref.node).child;
    ref.entry = ref.node;
  }
  return ref;
}

Comparer::PairState& Comparer::StateOf(const Pair& pair) {
  PairState*& state = states_[pair];
  if (state == nullptr) {
    steps_ -= 3;  // it costs memory, too
    state = &state_store_.emplace_back();
  }
  return *state;
}

void Comparer::Enter(const Pair& pair) {
  PairState& state = StateOf(pair);
  state.phase = PairState::Phase::kActive;
  state.lowest = frames_.size();
  Frame& frame = frames_.emplace_back();
  frame.pair = pair;
  frame.state = &state;
  frame.lowest = state.lowest;
  frame.provisional_begin = provisional_.size();
}

// One move: into a pair within, or a run over the innermost pair.
void Comparer::Advance() {
  Frame& frame = frames_.back();
  while (frame.next_wanted < frame.wanted.size()) {
    const Pair& wanted = frame.wanted[frame.next_wanted++];
    if (StateOf(wanted).phase == PairState::Phase::kNew) return Enter(Pair(wanted));
  }
  frame.wanted.clear();
  frame.next_wanted = 0;
  Scope scope(this, frame.pair.first, frame.pair.second);
  ComparePair(frame.pair.first, frame.pair.second, &scope);
  if (!scope.blocked_) Finish(std::move(scope.findings_));
}

// The innermost pair has an answer. Where it is the outermost that others rest on, what they took for granted is
// checked: where that was wrong, all of them are compared again, now knowing better. Answers only ever get worse
// (every rule is monotone), so this ends.
void Comparer::Finish(Findings findings) {
  Frame& frame = frames_.back();
  PairState& state = *frame.state;
  state.findings = &findings_store_.emplace_back(std::move(findings));
  const size_t place = frames_.size() - 1;
  if (frame.lowest < place) {
    state.phase = PairState::Phase::kProvisional;
    state.lowest = frame.lowest;
    provisional_.push_back(&state);
    return Leave(frame.lowest);
  }
  provisional_.push_back(&state);
  const auto begin = provisional_.begin() + static_cast<ptrdiff_t>(frame.provisional_begin);
  const bool wrong = std::any_of(begin, provisional_.end(), [](const PairState* each) {
    return each->was_assumed && each->assumed_compatible != each->findings->compatible;
  });
  for (auto each = begin; each != provisional_.end(); ++each) {
    PairState& member = **each;
    member.phase = wrong ? PairState::Phase::kNew : PairState::Phase::kDone;
    member.assumed_compatible = member.findings->compatible;
    member.was_assumed = false;
    member.previous = member.findings;
  }
  provisional_.erase(begin, provisional_.end());
  if (!wrong) return Leave(place);
  state.phase = PairState::Phase::kActive;
  state.lowest = place;
  frame.lowest = place;
}

void Comparer::Leave(size_t lowest) {
  frames_.pop_back();
  if (!frames_.empty()) frames_.back().lowest = std::min(frames_.back().lowest, lowest);
}

const Node& Scope::original() const { return comparer_->model(original_.side).node(original_.node); }
const Node& Scope::update() const { return comparer_->model(update_.side).node(update_.node); }

const Node& Scope::Resolve(Ref ref) const {
  const Ref target = comparer_->Dereferenced(ref);
  return comparer_->model(target.side).node(target.node);
}

bool Scope::HasDefault(Ref ref) const {
  return comparer_->model(ref.side).node(ref.node).default_value != nullptr || Resolve(ref).default_value != nullptr;
}

bool Scope::Spend(int64_t steps) {
  comparer_->steps_ -= steps;
  return comparer_->steps_ >= 0;
}

int64_t* Scope::steps() { return &comparer_->steps_; }

// Null when there is no answer, or it is compatible and nothing is to be listed.
const Findings* Scope::Ask(Ref original, Ref update) {
  static const Findings* const kCompatible = new Findings;
  static const Findings* const kIncompatible = new Findings{false, false, {}};
  Spend();
  const Comparer::Pair pair(comparer_->Dereferenced(original), comparer_->Dereferenced(update));
  Comparer::PairState& state = comparer_->StateOf(pair);
  Comparer::Frame& frame = comparer_->frames_.back();
  switch (state.phase) {
    case Comparer::PairState::Phase::kDone:
      return state.findings;
    case Comparer::PairState::Phase::kProvisional:
      frame.lowest = std::min(frame.lowest, state.lowest);
      return state.findings;
    case Comparer::PairState::Phase::kActive:
      frame.lowest = std::min(frame.lowest, state.lowest);
      state.was_assumed = true;
      if (state.assumed_compatible) return kCompatible;
      return state.previous != nullptr ? state.previous : kIncompatible;
    case Comparer::PairState::Phase::kNew:
      frame.wanted.push_back(pair);
      blocked_ = true;
  }
  return kCompatible;
}

bool Scope::Fits(Ref original, Ref update) { return Ask(original, update)->compatible; }

bool Scope::Compare(Ref original, Ref update, std::string_view keyword) {
  const Findings* found = Ask(original, update);
  AddWithin(found, std::string(keyword));
  return found->compatible;
}

bool Scope::CompareAt(Ref original, Ref update, std::string_view keyword, std::string_view name) {
  const Findings* found = Ask(original, update);
  if (!found->items.empty()) AddWithin(found, absl::StrCat(std::string(keyword), "/", EscapePointer(name)));
  findings_.compatible = findings_.compatible && found->compatible;
  return found->compatible;
}

void Scope::AddWithin(const Findings* found, std::string step) {
  findings_.compatible = findings_.compatible && found->compatible;
  if (found->items.empty() || blocked_) return;
  Findings::Item item;
  item.within = found;
  item.step = std::move(step);
  Push(std::move(item));
}

bool Scope::Note(DifferenceType type) {
  const bool compatible = IsCompatible(type, comparer_->policy_);
  findings_.compatible = findings_.compatible && compatible;
  return !compatible || comparer_->listing_ == Listing::kEverything;
}

void Scope::Add(DifferenceType type, std::string_view keyword, const Texts& texts) {
  if (!Note(type)) return;
  Push({.type = type,
        .step = std::string(keyword),
        .about = texts.about,
        .old_text = texts.old_text,
        .new_text = texts.new_text});
}

void Scope::AddAt(DifferenceType type, std::string_view keyword, std::string_view name, Texts texts) {
  if (!Note(type)) return;  // before the step is made: names may be long, and many properties compatible
  if (texts.about.empty()) texts.about = std::string(name);
  Push({.type = type,
        .step = absl::StrCat(std::string(keyword), "/", EscapePointer(name)),
        .about = std::move(texts.about),
        .old_text = std::move(texts.old_text),
        .new_text = std::move(texts.new_text)});
}

void Scope::AddNowhere(DifferenceType type, std::string_view keyword) {
  if (!Note(type)) return;
  Push({.type = type, .step = std::string(keyword), .has_path = false, .about = std::string(keyword)});
}

void Scope::Push(Findings::Item item) {
  if (blocked_) return;
  // Every item stands for one difference at least, so more than these are never listed.
  if (findings_.items.size() > static_cast<size_t>(comparer_->limits_.max_differences)) {
    findings_.truncated = true;
    return;
  }
  Spend(3 + static_cast<int64_t>(item.step.size() / 32));  // it costs memory, too
  item.old_schema = (original_.side == Side::kOld ? original() : update()).value;
  item.new_schema = (original_.side == Side::kOld ? update() : original()).value;
  findings_.items.push_back(std::move(item));
}

bool Scope::AreEqual(Ref original, Ref update) {
  return original.side == Side::kOld ? comparer_->equality_.AreEqual(original.node, update.node, &comparer_->steps_)
                                     : comparer_->equality_.AreEqual(update.node, original.node, &comparer_->steps_);
}

uint64_t Scope::LikenessOf(Ref ref) {
  return ref.side == Side::kOld ? comparer_->equality_.LikenessInA(ref.node, &comparer_->steps_)
                                : comparer_->equality_.LikenessInB(ref.node, &comparer_->steps_);
}

NamePattern::Match Scope::FindIn(std::string_view pattern, std::string_view name) {
  auto found = comparer_->patterns_.find(pattern);
  if (found == comparer_->patterns_.end()) {
    Spend(100 + 4 * static_cast<int64_t>(pattern.size()));
    found = comparer_->patterns_.emplace(std::string(pattern), NamePattern(pattern)).first;
    Spend(found->second.compiled_size() / 4);
  }
  // At worst every byte of the name meets every instruction.
  Spend(1 + static_cast<int64_t>(name.size()) * (16 + found->second.program_size()) / 64);
  return found->second.FindIn(name);
}

}  // namespace regent::json_schema
