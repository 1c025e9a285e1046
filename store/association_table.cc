#include "store/association_table.h"

#include <utility>

#include "store/association_record.h"

namespace regent {
namespace {

bool Fits(const Association& association, const AssociationFilter& filter) {
  const auto is = [](const std::string& wanted, const std::string& value) { return wanted.empty() || wanted == value; };
  return is(filter.resource_id, association.resource_id) && is(filter.resource_name, association.resource_name) &&
         is(filter.resource_namespace, association.resource_namespace) &&
         is(filter.resource_type, association.resource_type) &&
         (!filter.subject || *filter.subject == association.subject);
}

}  // namespace

void AssociationTable::Put(const RecordKey& key, const AssociationRecord& record) {
  Erase(key);
  Entry entry{record, nullptr};
  if (auto parsed = ParseAssociation(record)) {
    entry.association = std::make_shared<const Association>(*std::move(parsed));
    by_resource_id_[entry.association->resource_id].insert(key);
    by_resource_name_[entry.association->resource_name].insert(key);
    by_subject_[entry.association->subject.Qualified()].insert(key);
  }
  entries_[key] = std::move(entry);
}

void AssociationTable::Erase(const RecordKey& key) {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return;
  if (const auto& association = it->second.association) {
    const auto forget = [&](Index* index, const std::string& word) {
      const auto keys = index->find(word);
      keys->second.erase(key);
      if (keys->second.empty()) index->erase(keys);
    };
    forget(&by_resource_id_, association->resource_id);
    forget(&by_resource_name_, association->resource_name);
    forget(&by_subject_, association->subject.Qualified());
  }
  entries_.erase(it);
}

std::optional<AssociationRecord> AssociationTable::Find(const RecordKey& key) const {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return std::nullopt;
  return it->second.record;
}

std::vector<RecordKey> AssociationTable::keys() const {
  std::vector<RecordKey> keys;
  for (const auto& [key, entry] : entries_) keys.push_back(key);
  return keys;
}

std::vector<std::shared_ptr<const Association>> AssociationTable::Matching(const AssociationFilter& filter) const {
  std::vector<std::shared_ptr<const Association>> found;
  const auto consider = [&](const std::shared_ptr<const Association>& association) {
    if (association != nullptr && Fits(*association, filter)) found.push_back(association);
  };
  const auto through = [&](const Index& index, const std::string& word) {
    const auto keys = index.find(word);
    if (keys == index.end()) return;
    for (const RecordKey& key : keys->second) consider(entries_.at(key).association);
  };
  if (!filter.resource_id.empty()) {
    through(by_resource_id_, filter.resource_id);
  } else if (!filter.resource_name.empty()) {
    through(by_resource_name_, filter.resource_name);
  } else if (filter.subject) {
    through(by_subject_, filter.subject->Qualified());
  } else {
    for (const auto& [key, entry] : entries_) consider(entry.association);
  }
  return found;
}

}  // namespace regent
