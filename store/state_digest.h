// A number that two equal states share, kept up to date with every change: for telling that nodes differ, cheaply.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace regent {

// Of a set of texts, in no order. Not against forgery. Stable: nodes of different builds compare it.
class StateDigest {
 public:
  void Add(std::string_view item);
  // Of what was added before.
  void Remove(std::string_view item);
  // 32 hexadecimal digits.
  std::string ToHex() const;
  bool operator==(const StateDigest&) const = default;

 private:
  uint64_t low_ = 0;
  uint64_t high_ = 0;
};

}  // namespace regent
