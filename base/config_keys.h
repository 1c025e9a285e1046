// The one table of configuration keys: Confluent's and ours, what each means here, and what becomes of those that mean
// nothing. docs/configuration.md is rendered from it (base/config_page.h); base/config.h reads values by it.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace regent {

struct ConfigKey {
  enum class Type { kText, kBool, kNumber, kChoice, kAddress };
  enum class Standing {
    kUsed,
    // Accepted without effect; a warning says why.
    kIgnored,
    // Stops the node from starting, because running without it would be something else than what was asked for.
    kRefused,
  };

  // Ends in '*' where it stands for every key that begins so.
  std::string_view name;
  Standing standing = Standing::kUsed;
  // A sentence: what it sets.
  std::string_view meaning;
  // Ignored: why. Refused: why, and what to do instead.
  std::string_view remark = "";

  // The rest is for used keys, except `harmless`.
  Type type = Type::kText;
  // As a file would spell it. Empty for a number: see `default_from`.
  std::string_view default_value = "";
  // The default is this key's value and `default_more`.
  std::string_view default_from = "";
  int64_t default_more = 0;
  int64_t min = 0;
  int64_t max = std::numeric_limits<int64_t>::max();
  std::vector<std::string_view> choices = {};  // in any case
  // Other names for it, from older versions.
  std::vector<std::string_view> aliases = {};
  // A value at which a refused key is merely ignored, in any case; "-" for none, "" for the empty value.
  std::string_view harmless = "-";
};

struct ConfigGroup {
  std::string_view title;
  std::vector<ConfigKey> keys;
};

const std::vector<ConfigGroup>& ConfigGroups();

// By name, alias or longest prefix; null for an unknown key.
const ConfigKey* FindConfigKey(std::string_view name);
// The key whose name is most like `name`; empty when none is near.
std::string_view NearestConfigKey(std::string_view name);
// Whether its value must never be shown: passwords, secrets, tokens and what may hold them; unknown keys too.
bool IsSecretConfigKey(std::string_view name);

}  // namespace regent
