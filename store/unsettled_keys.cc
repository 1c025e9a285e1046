#include "store/unsettled_keys.h"

namespace regent {

const UnsettledKey* UnsettledKeys::Find(const std::string& raw_key) const {
  const auto it = keys_.find(raw_key);
  return it == keys_.end() ? nullptr : &it->second;
}

void UnsettledKeys::Enlist(const Keys::value_type& entry) {
  if (entry.second.trusted) {
    trusted_.emplace(entry.second.last_offset, entry.first);
  } else {
    untrusted_.insert(entry.first);
  }
}

void UnsettledKeys::Delist(const Keys::value_type& entry) {
  if (entry.second.trusted) {
    trusted_.erase({entry.second.last_offset, entry.first});
  } else {
    untrusted_.erase(entry.first);
  }
}

void UnsettledKeys::Put(const std::string& raw_key, UnsettledKey key) {
  const auto [it, is_new] = keys_.try_emplace(raw_key);
  if (!is_new) Delist(*it);
  it->second = std::move(key);
  Enlist(*it);
}

std::optional<UnsettledKey> UnsettledKeys::Remove(const std::string& raw_key) {
  const auto it = keys_.find(raw_key);
  if (it == keys_.end()) return std::nullopt;
  Delist(*it);
  UnsettledKey key = std::move(it->second);
  keys_.erase(it);
  return key;
}

void UnsettledKeys::TrustAll() {
  for (const std::string_view raw_key : untrusted_) {
    const auto it = keys_.find(std::string(raw_key));
    it->second.trusted = true;
    Enlist(*it);
  }
  untrusted_.clear();
}

std::vector<UnsettledPlace> UnsettledKeys::TrustedAfter(const UnsettledPlace& place, size_t limit) const {
  std::vector<UnsettledPlace> places;
  for (auto it = trusted_.upper_bound({place.last_offset, place.raw_key}); it != trusted_.end(); ++it) {
    if (places.size() == limit) break;
    places.push_back({it->first, std::string(it->second)});
  }
  return places;
}

std::vector<std::string> UnsettledKeys::Untrusted(size_t limit) const {
  std::vector<std::string> raw_keys;
  for (auto it = untrusted_.begin(); it != untrusted_.end() && raw_keys.size() < limit; ++it)
    raw_keys.emplace_back(*it);
  return raw_keys;
}

}  // namespace regent
