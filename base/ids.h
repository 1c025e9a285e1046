// The small types that refuse mistakes: no id, version, offset or subject travels as a bare int or string.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace regent {

// A whole number with a meaning of its own. `Tag` only tells the types apart.
template <typename Tag, typename Rep>
class StrongNumber {
 public:
  constexpr StrongNumber() = default;
  constexpr explicit StrongNumber(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const StrongNumber&) const = default;
  constexpr StrongNumber Next() const { return StrongNumber(value_ + 1); }
  friend std::ostream& operator<<(std::ostream& out, StrongNumber number) { return out << number.value_; }
  template <typename H>
  friend H AbslHashValue(H hash, StrongNumber number) {
    return H::combine(std::move(hash), number.value_);
  }

 private:
  Rep value_ = 0;
};

// Names one schema text within a context; >= 1, 0 means none. Never changes its meaning.
using SchemaId = StrongNumber<struct SchemaIdTag, int32_t>;
// The place of a schema within its subject; >= 1, 0 means none.
using Version = StrongNumber<struct VersionTag, int32_t>;
// The place of a record in the log; >= 0, -1 means before the first.
using Offset = StrongNumber<struct OffsetTag, int64_t>;
// Which claim of the log is meant; rises with every claim, 0 means none.
using Epoch = StrongNumber<struct EpochTag, int64_t>;

inline constexpr Offset kBeforeFirst{-1};

// How far a node has read: comparable only within one log.
struct Position {
  std::string log_id;
  Offset offset = kBeforeFirst;
  bool operator==(const Position&) const = default;
};

// The default context.
inline constexpr std::string_view kDefaultContext = ".";

// A subject name within a context. Written `name` in the default context and `:.context:name` elsewhere
// ("qualified", the form that record keys and REST paths carry). An empty name denotes the context itself.
struct Subject {
  std::string context{kDefaultContext};
  std::string name;

  Subject() = default;
  Subject(std::string in_context, std::string in_name) : context(std::move(in_context)), name(std::move(in_name)) {}

  // Reads the qualified form; every text is some subject: what does not begin with ":." is a bare name. A bare
  // name is taken within `context`.
  static Subject Parse(std::string_view qualified, std::string_view context = kDefaultContext);
  std::string Qualified() const;

  auto operator<=>(const Subject&) const = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Subject& subject) {
    return H::combine(std::move(hash), subject.context, subject.name);
  }
};

}  // namespace regent
