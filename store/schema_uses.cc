#include "store/schema_uses.h"

namespace regent {

void SchemaUses::Add(const Subject* subject, Version version) {
  if (empty()) {
    first_ = subject;
    first_version_ = version;
    return;
  }
  if (more_ == nullptr) {
    if (*first_ == *subject && first_version_ == version) return;
    more_ = std::make_unique<absl::btree_set<Use, ByName>>();
    more_->insert({first_, first_version_});
    first_ = nullptr;
  }
  more_->insert({subject, version});
}

void SchemaUses::Remove(const Subject& subject, Version version) {
  if (more_ == nullptr) {
    if (first_ != nullptr && *first_ == subject && first_version_ == version) first_ = nullptr;
    return;
  }
  more_->erase({&subject, version});
  if (more_->size() > 1) return;
  const auto [last, last_version] = *more_->begin();
  first_ = last;
  first_version_ = last_version;
  more_.reset();
}

std::vector<std::pair<Subject, Version>> SchemaUses::List() const {
  std::vector<std::pair<Subject, Version>> list;
  if (first_ != nullptr) list.emplace_back(*first_, first_version_);
  if (more_ != nullptr) {
    for (const auto& [subject, version] : *more_) list.emplace_back(*subject, version);
  }
  return list;
}

std::vector<Version> SchemaUses::In(const Subject& subject) const {
  std::vector<Version> versions;
  if (first_ != nullptr && *first_ == subject) versions.push_back(first_version_);
  if (more_ != nullptr) {
    for (auto it = more_->lower_bound({&subject, Version()}); it != more_->end() && *it->first == subject; ++it) {
      versions.push_back(it->second);
    }
  }
  return versions;
}

std::pair<Subject, Version> SchemaUses::First() const {
  if (more_ == nullptr) return {*first_, first_version_};
  auto use = more_->begin();
  const Subject& subject = *use->first;
  Version newest = use->second;
  for (; use != more_->end() && *use->first == subject; ++use) newest = use->second;
  return {subject, newest};
}

}  // namespace regent
