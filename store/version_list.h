// The versions of one subject, cheap to copy and to change a little, however many there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/stored_schema.h"

namespace regent {

struct VersionEntry {
  Version version;
  bool deleted = false;
  std::shared_ptr<const StoredSchema> stored;
  int64_t timestamp_ms = 0;
  Offset offset = kBeforeFirst;
};

// Ascending by version. Most subjects of a large registry have one version, which then lies in the list itself; more
// lie in pieces of at most kPiece that lists share. So a copy costs two pointers, a version more at the end costs one
// entry most times, and any other change one piece and the pointers to all.
//
// All copies of one list are changed by one thread; any thread reads those that are no longer changed. An entry stays
// where it is as long as the list, or one that was copied from it before the entry changed.
class VersionList {
 public:
  static constexpr size_t kPiece = 64;

  class Iterator {
   public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = VersionEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const VersionEntry*;
    using reference = const VersionEntry&;

    Iterator() = default;
    reference operator*() const { return list_->PieceAt(piece_).first[at_]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      if (++at_ == list_->PieceAt(piece_).count) {
        ++piece_;
        at_ = 0;
      }
      return *this;
    }
    Iterator& operator--() {
      if (at_ == 0) at_ = list_->PieceAt(--piece_).count;
      --at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    Iterator operator--(int) {
      Iterator before = *this;
      --*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    friend class VersionList;
    Iterator(const VersionList* list, size_t piece) : list_(list), piece_(piece) {}

    const VersionList* list_ = nullptr;
    size_t piece_ = 0;
    size_t at_ = 0;
  };
  using const_iterator = Iterator;
  using value_type = VersionEntry;

  bool empty() const { return std::holds_alternative<std::monostate>(data_); }
  size_t size() const;
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, PieceCount()); }
  auto rbegin() const { return std::make_reverse_iterator(end()); }
  auto rend() const { return std::make_reverse_iterator(begin()); }
  const VersionEntry& front() const { return *begin(); }
  const VersionEntry& back() const { return *rbegin(); }
  // Null: there is none.
  const VersionEntry* Find(Version version) const;

  // In its place; instead of the entry of the same version, if there is one.
  void Put(VersionEntry entry);
  void Erase(Version version);

  // What has been learnt about the versions of one list holds for all lists of its line: they differ by versions that
  // came at the end, by versions before the last that went, and by what is marked deleted. No version of theirs has two
  // contents. 0: of a list with one version or none, of which nothing need be learnt.
  uint32_t line() const;

 private:
  struct Piece {
    const VersionEntry* first = nullptr;
    size_t count = 0;
  };
  // Never grows beyond its capacity once it is shared, as that would move the entries.
  using Entries = std::vector<VersionEntry>;
  struct Full {
    std::vector<std::shared_ptr<const Entries>> pieces;  // none empty
    size_t entries = 0;
  };
  struct Many {
    std::shared_ptr<const Full> full;  // null: none
    // Begins as all copies of this list begin; one that was copied and changed may have put more behind `last_count`.
    std::shared_ptr<Entries> last;
    uint32_t last_count = 0;  // never 0
    uint32_t line = 0;
  };

  static uint32_t NewLine();

  size_t PieceCount() const;
  Piece PieceAt(size_t index) const;
  // Where the version is or would be: the first piece that ends with it or behind it, or the last.
  size_t PieceFor(Version version) const;
  void Append(VersionEntry entry);
  // Puts `pieces` in the place of one piece.
  void Replace(size_t index, std::vector<std::shared_ptr<Entries>> pieces);

  std::variant<std::monostate, VersionEntry, Many> data_;
};

}  // namespace regent
