// Which versions have one id: nearly always one, which then costs no allocation.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "base/ids.h"

namespace regent {

// Refers to subjects that others own, and compares them by name. Not thread-safe; can be moved.
class SchemaUses {
 public:
  // Each is there once however often it is added. `subject` lives until it was removed.
  void Add(const Subject* subject, Version version);
  void Remove(const Subject& subject, Version version);

  bool empty() const { return first_ == nullptr && more_ == nullptr; }
  // By subject, then by version.
  std::vector<std::pair<Subject, Version>> List() const;
  // Those in this subject, ascending.
  std::vector<Version> In(const Subject& subject) const;
  // The newest version of the first subject. Not of none.
  std::pair<Subject, Version> First() const;

 private:
  using Use = std::pair<const Subject*, Version>;
  struct ByName {
    bool operator()(const Use& a, const Use& b) const {
      const auto order = *a.first <=> *b.first;
      return order < 0 || (order == 0 && a.second < b.second);
    }
  };

  // One use is here; more of them are there.
  const Subject* first_ = nullptr;
  std::unique_ptr<absl::btree_set<Use, ByName>> more_;
  Version first_version_;
};

}  // namespace regent
