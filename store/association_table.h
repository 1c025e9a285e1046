// The associations of a state, found by resource and by subject.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "base/association.h"
#include "store/record.h"

namespace regent {

// Which associations are asked for; what is empty does not matter.
struct AssociationFilter {
  std::string resource_id;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_type;
  std::optional<Subject> subject;
};

// Not thread-safe: the owner's lock guards it.
class AssociationTable {
 public:
  void Put(const RecordKey& key, const AssociationRecord& record);
  void Erase(const RecordKey& key);
  // As it was written; nothing where there is none.
  std::optional<AssociationRecord> Find(const RecordKey& key) const;
  std::vector<RecordKey> keys() const;
  // In the order of their keys. Quick where the filter names a resource or a subject.
  std::vector<std::shared_ptr<const Association>> Matching(const AssociationFilter& filter) const;

 private:
  struct Entry {
    AssociationRecord record;
    std::shared_ptr<const Association> association;  // null: not understood
  };
  using Index = absl::btree_map<std::string, absl::btree_set<RecordKey>>;

  absl::btree_map<RecordKey, Entry> entries_;
  Index by_resource_id_;
  Index by_resource_name_;
  Index by_subject_;  // qualified
};

}  // namespace regent
