#include "base/config_page.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config_keys.h"

namespace regent {
namespace {

constexpr char kHeader[] = R"(# Configuration

<!-- Rendered from base/config_keys.cc: change that, then `bazel run //base:write_config_page`. -->

`regent serve --config FILE --set KEY=VALUE` runs a node. Without any configuration it is a registry of one node, with gRPC on
127.0.0.1:50051 and its files in `regent-data`.

* The file is a Java properties file with the keys of Confluent Schema Registry, beside Regent's own, which begin with
  `regent.`.
* An environment variable overrides the file: `SCHEMA_REGISTRY_<KEY>`, or `REGENT_<KEY>` for a key that begins with `regent.`, in capitals
  with `_` for `.`. `REGENT_DATA_DIR` is `regent.data.dir`.
* `--set KEY=VALUE` overrides both and may be repeated.
* `regent config print` shows every value and where it came from, without starting anything.

An unknown key that begins with `regent.` stops the node (in a variable's name it is a warning); another unknown key is a
warning that names it. Keys ending in `*` stand for all that begin so. Sizes are bytes, times milliseconds.
)";

absl::string_view View(std::string_view text) { return absl::string_view(text.data(), text.size()); }

std::vector<const ConfigKey*> KeysOf(const ConfigGroup& group, ConfigKey::Standing standing) {
  std::vector<const ConfigKey*> keys;
  for (const ConfigKey& key : group.keys) {
    if (key.standing == standing) keys.push_back(&key);
  }
  return keys;
}

std::string Name(const ConfigKey& key) {
  std::string name = absl::StrCat("`", View(key.name), "`");
  for (const std::string_view alias : key.aliases) absl::StrAppend(&name, " (also `", View(alias), "`)");
  return name;
}

std::string Values(const ConfigKey& key) {
  switch (key.type) {
    case ConfigKey::Type::kText:
      return "text";
    case ConfigKey::Type::kBool:
      return "true, false";
    case ConfigKey::Type::kAddress:
      return "address";
    case ConfigKey::Type::kNumber:
      return absl::StrCat(key.min, " to ", key.max);
    case ConfigKey::Type::kChoice:
      return absl::StrJoin(key.choices, ", ", [](std::string* out, std::string_view choice) { out->append(choice); });
  }
  return "";
}

std::string Default(const ConfigKey& key) {
  if (!key.default_from.empty()) return absl::StrCat("`", View(key.default_from), "` + ", key.default_more);
  return key.default_value.empty() ? "" : absl::StrCat("`", View(key.default_value), "`");
}

void AppendUsed(std::string* out) {
  absl::StrAppend(out, "\n## Keys that are used\n");
  for (const ConfigGroup& group : ConfigGroups()) {
    const auto keys = KeysOf(group, ConfigKey::Standing::kUsed);
    if (keys.empty()) continue;
    absl::StrAppend(out, "\n### ", View(group.title), "\n\n| key | values | default | meaning |\n|---|---|---|---|\n");
    for (const ConfigKey* key : keys) {
      absl::StrAppend(out, "| ", Name(*key), " | ", Values(*key), " | ", Default(*key), " | ", View(key->meaning),
                      " |\n");
    }
  }
}

void AppendOthers(ConfigKey::Standing standing, std::string_view title, std::string_view last_column,
                  std::string* out) {
  absl::StrAppend(out, "\n## ", View(title), "\n\n| key | what it sets | ", View(last_column), " |\n|---|---|---|\n");
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey* key : KeysOf(group, standing)) {
      absl::StrAppend(out, "| ", Name(*key), " | ", View(key->meaning), " | ", View(key->remark));
      if (key->harmless.empty()) absl::StrAppend(out, " An empty value is let pass.");
      if (!key->harmless.empty() && key->harmless != "-") {
        absl::StrAppend(out, " The value `", View(key->harmless), "` is let pass.");
      }
      absl::StrAppend(out, " |\n");
    }
  }
}

}  // namespace

std::string RenderConfigurationPage() {
  std::string out = kHeader;
  AppendUsed(&out);
  AppendOthers(ConfigKey::Standing::kRefused, "Keys that are refused", "why, and what to do instead", &out);
  AppendOthers(ConfigKey::Standing::kIgnored, "Keys that are accepted without effect", "why", &out);
  return out;
}

}  // namespace regent
