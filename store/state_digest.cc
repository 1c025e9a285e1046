#include "store/state_digest.h"

#include <cstdio>

namespace regent {
namespace {

// FNV-1a, and the finish of splitmix64, so that sums of similar texts do not cancel out.
uint64_t Hash(std::string_view text, uint64_t seed) {
  uint64_t hash = 0xcbf29ce484222325u ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

constexpr uint64_t kLowSeed = 0;
constexpr uint64_t kHighSeed = 0x9e3779b97f4a7c15u;

}  // namespace

void StateDigest::Add(std::string_view item) {
  low_ += Hash(item, kLowSeed);
  high_ += Hash(item, kHighSeed);
}

void StateDigest::Remove(std::string_view item) {
  low_ -= Hash(item, kLowSeed);
  high_ -= Hash(item, kHighSeed);
}

std::string StateDigest::ToHex() const {
  char text[33];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(high_),
                static_cast<unsigned long long>(low_));
  return text;
}

}  // namespace regent
