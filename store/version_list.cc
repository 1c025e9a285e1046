#include "store/version_list.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace regent {
namespace {

bool Before(const VersionEntry& entry, Version version) { return entry.version < version; }

std::shared_ptr<std::vector<VersionEntry>> CopyOf(const VersionEntry* first, size_t count, size_t room) {
  auto entries = std::make_shared<std::vector<VersionEntry>>();
  entries->reserve(std::max(count, room));
  entries->assign(first, first + count);
  return entries;
}

}  // namespace

// Of this process, so that two lists never have one by accident; 0 means none.
uint32_t VersionList::NewLine() {
  static std::atomic<uint32_t> last{0};
  uint32_t line = 0;
  while (line == 0) line = ++last;
  return line;
}

size_t VersionList::size() const {
  const Many* many = std::get_if<Many>(&data_);
  if (many == nullptr) return empty() ? 0 : 1;
  return (many->full ? many->full->entries : 0) + many->last_count;
}

size_t VersionList::PieceCount() const {
  const Many* many = std::get_if<Many>(&data_);
  if (many == nullptr) return empty() ? 0 : 1;
  return (many->full ? many->full->pieces.size() : 0) + 1;
}

VersionList::Piece VersionList::PieceAt(size_t index) const {
  const Many* many = std::get_if<Many>(&data_);
  if (many == nullptr) return {std::get_if<VersionEntry>(&data_), 1};
  if (many->full && index < many->full->pieces.size()) {
    const Entries& piece = *many->full->pieces[index];
    return {piece.data(), piece.size()};
  }
  return {many->last->data(), many->last_count};
}

size_t VersionList::PieceFor(Version version) const {
  const Many* many = std::get_if<Many>(&data_);
  if (many == nullptr || !many->full) return 0;
  const auto& pieces = many->full->pieces;
  if (many->last->data()->version <= version) return pieces.size();
  const auto it = std::lower_bound(pieces.begin(), pieces.end(), version,
                                   [](const auto& piece, Version wanted) { return piece->back().version < wanted; });
  return it - pieces.begin();
}

const VersionEntry* VersionList::Find(Version version) const {
  if (empty()) return nullptr;
  const Piece piece = PieceAt(PieceFor(version));
  const VersionEntry* const end = piece.first + piece.count;
  const VersionEntry* const entry = std::lower_bound(piece.first, end, version, Before);
  return entry != end && entry->version == version ? entry : nullptr;
}

uint32_t VersionList::line() const {
  const Many* many = std::get_if<Many>(&data_);
  return many == nullptr ? 0 : many->line;
}

void VersionList::Put(VersionEntry entry) {
  if (empty()) {
    data_ = std::move(entry);
    return;
  }
  if (back().version < entry.version) {
    Append(std::move(entry));
    return;
  }
  if (auto* only = std::get_if<VersionEntry>(&data_); only != nullptr && only->version == entry.version) {
    *only = std::move(entry);
    return;
  }
  const size_t index = PieceFor(entry.version);
  const Piece piece = PieceAt(index);
  const size_t at = std::lower_bound(piece.first, piece.first + piece.count, entry.version, Before) - piece.first;
  auto changed = CopyOf(piece.first, piece.count, piece.count + 1);
  const bool replaces = at < piece.count && (*changed)[at].version == entry.version;
  const bool same_content = replaces && (*changed)[at].stored == entry.stored;
  if (replaces) {
    (*changed)[at] = std::move(entry);
  } else {
    changed->insert(changed->begin() + at, std::move(entry));
  }
  std::vector<std::shared_ptr<Entries>> pieces = {changed};
  if (changed->size() > kPiece) {
    pieces = {CopyOf(changed->data(), kPiece / 2, 0),
              CopyOf(changed->data() + kPiece / 2, changed->size() - kPiece / 2, 0)};
  }
  Replace(index, std::move(pieces));
  if (!same_content) std::get<Many>(data_).line = NewLine();
}

void VersionList::Append(VersionEntry entry) {
  if (auto* only = std::get_if<VersionEntry>(&data_)) {
    Many many;
    many.last = CopyOf(only, 1, 2);
    many.last_count = 1;
    many.line = NewLine();
    data_ = std::move(many);
  }
  Many& many = std::get<Many>(data_);
  if (many.last_count >= kPiece) {
    auto full = many.full ? std::make_shared<Full>(*many.full) : std::make_shared<Full>();
    // Nobody puts more behind a whole piece, so it is taken as it is.
    full->pieces.push_back(many.last);
    full->entries += many.last_count;
    many.full = std::move(full);
    many.last = CopyOf(&entry, 1, kPiece);
    many.last_count = 1;
    return;
  }
  if (many.last->size() != many.last_count || many.last->size() == many.last->capacity()) {
    many.last = CopyOf(many.last->data(), many.last_count, std::min<size_t>(kPiece, 2 * many.last_count));
  }
  many.last->push_back(std::move(entry));
  ++many.last_count;
}

void VersionList::Erase(Version version) {
  const VersionEntry* const gone = Find(version);
  if (gone == nullptr) return;
  if (size() <= 2) {
    if (size() == 1) {
      data_ = std::monostate();
    } else {
      data_ = VersionEntry(version == back().version ? front() : back());
    }
    return;
  }
  const bool was_last = version == back().version;
  const size_t index = PieceFor(version);
  const Piece piece = PieceAt(index);
  std::vector<std::shared_ptr<Entries>> pieces;
  if (piece.count > 1) {
    pieces.push_back(CopyOf(piece.first, piece.count, 0));
    pieces[0]->erase(pieces[0]->begin() + (gone - piece.first));
  }
  Replace(index, std::move(pieces));
  // What comes next may have its number.
  if (was_last) std::get<Many>(data_).line = NewLine();
}

void VersionList::Replace(size_t index, std::vector<std::shared_ptr<Entries>> pieces) {
  if (!std::holds_alternative<Many>(data_)) {
    // One entry that is now two.
    Many many;
    many.last = std::move(pieces[0]);
    many.last_count = static_cast<uint32_t>(many.last->size());
    data_ = std::move(many);
    return;
  }
  Many& many = std::get<Many>(data_);
  auto full = many.full ? std::make_shared<Full>(*many.full) : std::make_shared<Full>();
  if (index == full->pieces.size()) {
    if (pieces.empty()) {
      // The piece before is the last one now.
      const Entries& before = *full->pieces.back();
      pieces.push_back(CopyOf(before.data(), before.size(), 0));
      full->entries -= before.size();
      full->pieces.pop_back();
    }
    many.last = std::move(pieces.back());
    many.last_count = static_cast<uint32_t>(many.last->size());
    pieces.pop_back();
  } else {
    full->entries -= full->pieces[index]->size();
    full->pieces.erase(full->pieces.begin() + index);
  }
  for (const auto& piece : pieces) full->entries += piece->size();
  full->pieces.insert(full->pieces.begin() + index, pieces.begin(), pieces.end());
  many.full = full->pieces.empty() ? nullptr : std::move(full);
}

}  // namespace regent
