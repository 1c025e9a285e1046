#include "server/registry/hold_table.h"

#include <algorithm>
#include <utility>

namespace regent {

void HoldTable::Acquire(Ticket ticket, const std::vector<HoldKey>& keys, std::function<void()> granted) {
  std::map<std::string, HoldMode> wanted;
  for (const HoldKey& key : keys) {
    auto [it, is_new] = wanted.try_emplace(key.name, key.mode);
    if (key.mode == HoldMode::kExclusive) it->second = HoldMode::kExclusive;
  }
  std::vector<std::function<void()>> ready;
  {
    MutexLock lock(&mutex_);
    Operation& operation = operations_[ticket];
    operation.missing = wanted.size();
    operation.granted = std::move(granted);
    if (wanted.empty()) ready.push_back(std::exchange(operation.granted, nullptr));
    for (const auto& [name, mode] : wanted) {
      operation.names.push_back(name);
      auto& queue = queues_[name];
      queue.push_back(Waiter{ticket, mode});
      GrantLocked(queue, &ready);
    }
  }
  for (auto& run : ready) run();  // at most this one: a newcomer frees nobody
}

void HoldTable::Release(Ticket ticket) {
  std::vector<std::function<void()>> ready;
  {
    MutexLock lock(&mutex_);
    const auto it = operations_.find(ticket);
    if (it == operations_.end()) return;
    const std::vector<std::string> names = std::move(it->second.names);
    operations_.erase(it);
    for (const std::string& name : names) {
      const auto found = queues_.find(name);
      std::erase_if(found->second, [ticket](const Waiter& waiter) { return waiter.ticket == ticket; });
      if (found->second.empty()) {
        queues_.erase(found);
      } else {
        GrantLocked(found->second, &ready);
      }
    }
  }
  // Elsewhere, or a long queue of operations that find nothing to do would nest as deep as it is long.
  for (auto& run : ready) executor_->Post(std::move(run));
}

void HoldTable::GrantLocked(std::deque<Waiter>& queue, std::vector<std::function<void()>>* ready) {
  bool first = true;
  for (Waiter& waiter : queue) {
    if (!first && waiter.mode == HoldMode::kExclusive) break;
    if (!waiter.granted) {
      waiter.granted = true;
      Operation& operation = operations_[waiter.ticket];
      if (--operation.missing == 0) ready->push_back(std::exchange(operation.granted, nullptr));
    }
    if (waiter.mode == HoldMode::kExclusive) break;
    first = false;
  }
}

}  // namespace regent
