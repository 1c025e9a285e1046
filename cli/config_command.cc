#include "cli/config_command.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/session.h"
#include "cli/subject_words.h"
#include "cli/version_word.h"

namespace regent::cli {
namespace {

using client::ConfigField;
using client::ConfigTarget;

absl::Status Wrong(std::string_view message) { return MakeError(ErrorReason::kRequestInvalid, message); }

ExitCode Show(Session& session, const SubjectConfig& config) {
  if (session.json()) {
    session.Print(ConfigToJson(config));
  } else {
    session.out() << ConfigToText(config);
  }
  return ExitCode::kOk;
}

ExitCode RunConfigGet(Session& session) {
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto config =
      client->GetConfig({.target = TargetOf(session.Word(0)), .effective = session.arguments().IsOn("effective")});
  if (!config.ok()) return session.Fail(config.status());
  return Show(session, *config);
}

// --- set -----------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 7> kLevelNames = {
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"};

struct BoolField {
  std::string_view flag;
  std::optional<bool> SubjectConfig::*field;
};
constexpr std::array<BoolField, 4> kBoolFields = {{
    {"normalize", &SubjectConfig::normalize},
    {"validate-fields", &SubjectConfig::validate_fields},
    {"validate-new-schemas", &SubjectConfig::validate_new_schemas},
    {"validate-rules", &SubjectConfig::validate_rules},
}};

constexpr std::array<std::pair<std::string_view, ConfigField>, 8> kClearable = {{
    {"level", ConfigField::kLevel},
    {"policy", ConfigField::kPolicy},
    {"normalize", ConfigField::kNormalize},
    {"validate-fields", ConfigField::kValidateFields},
    {"validate-new-schemas", ConfigField::kValidateNewSchemas},
    {"validate-rules", ConfigField::kValidateRules},
    {"alias", ConfigField::kAlias},
    {"group", ConfigField::kCompatibilityGroup},
}};

absl::Status ReadBools(const Arguments& arguments, SubjectConfig* config) {
  for (const BoolField& field : kBoolFields) {
    const std::optional<std::string> text = arguments.Value(field.flag);
    if (!text) continue;
    config->*field.field = ParseBool(*text);
    if (!(config->*field.field)) {
      return Wrong("--" + std::string(field.flag) + " is true or false, not '" + Printable(*text) + "'");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadCleared(const Arguments& arguments, client::UpdateConfigRequest* request) {
  for (const std::string& name : arguments.Values("unset")) {
    bool known = false;
    for (const auto& [spelled, field] : kClearable) {
      if (name != spelled) continue;
      known = true;
      if (arguments.Has(name)) return Wrong("--unset and --" + name + " contradict each other");
      request->clear.insert(field);
    }
    if (!known) return Wrong("--unset takes the name of one of the flags here, not '" + Printable(name) + "'");
  }
  return absl::OkStatus();
}

// [SUBJECT] [LEVEL]: a single word that is a level means the global one, unless --level or --subject says that the
// level is elsewhere.
absl::Status ReadWords(const Session& session, client::UpdateConfigRequest* request) {
  const Arguments& arguments = session.arguments();
  std::optional<std::string> subject = session.Word(0);
  std::optional<std::string> level = session.Word(1);
  if (const std::optional<std::string> flag = arguments.Value("level")) {
    if (level) return Wrong("the level is given twice");
    level = flag;
  } else if (subject && !level && !arguments.IsOn("subject") && ParseCompatibilityLevel(*subject)) {
    level = std::exchange(subject, std::nullopt);
  }
  if (level) {
    const auto parsed = ParseLevel(*level);
    if (!parsed.ok()) return parsed.status();
    request->config.level = *parsed;
    if (request->clear.count(ConfigField::kLevel) > 0) return Wrong("--unset level and a level contradict each other");
  }
  request->target = TargetOf(subject);
  return absl::OkStatus();
}

absl::StatusOr<client::UpdateConfigRequest> ReadUpdate(const Session& session) {
  const Arguments& arguments = session.arguments();
  client::UpdateConfigRequest request;
  if (absl::Status read = ReadCleared(arguments, &request); !read.ok()) return read;
  if (absl::Status read = ReadWords(session, &request); !read.ok()) return read;
  if (absl::Status read = ReadBools(arguments, &request.config); !read.ok()) return read;
  request.config.alias = arguments.Value("alias");
  request.config.compatibility_group = arguments.Value("group");
  if (const std::optional<std::string> policy = arguments.Value("policy")) {
    request.config.policy = ParseCompatibilityPolicy(*policy);
    if (!request.config.policy)
      return Wrong("--policy is STRICT, LENIENT or LOGICAL, not '" + Printable(*policy) + "'");
  }
  if (request.config == SubjectConfig() && request.clear.empty()) {
    const std::optional<std::string> subject = session.Word(0);
    if (!subject) return Wrong("nothing to set: give a LEVEL or a flag");
    const auto nearest = Nearest(*subject, kLevelNames);
    return Wrong("nothing to set for the subject '" + Printable(*subject) + "': give a LEVEL or a flag" +
                 (nearest ? "; or did you mean the level " + std::string(*nearest) + "?" : ""));
  }
  return request;
}

template <typename T>
void Lay(const std::optional<T>& value, std::optional<T>* field) {
  if (value) *field = value;
}

// What the update would leave at a target that has `config`. A clearing first: the words never name a field twice.
SubjectConfig Merged(const client::UpdateConfigRequest& request, SubjectConfig config) {
  const auto cleared = [&](ConfigField field) { return request.clear.count(field) > 0; };
  if (cleared(ConfigField::kLevel)) config.level.reset();
  if (cleared(ConfigField::kPolicy)) config.policy.reset();
  if (cleared(ConfigField::kNormalize)) config.normalize.reset();
  if (cleared(ConfigField::kValidateFields)) config.validate_fields.reset();
  if (cleared(ConfigField::kValidateNewSchemas)) config.validate_new_schemas.reset();
  if (cleared(ConfigField::kValidateRules)) config.validate_rules.reset();
  if (cleared(ConfigField::kAlias)) config.alias.reset();
  if (cleared(ConfigField::kCompatibilityGroup)) config.compatibility_group.reset();
  Lay(request.config.level, &config.level);
  Lay(request.config.policy, &config.policy);
  Lay(request.config.normalize, &config.normalize);
  Lay(request.config.validate_fields, &config.validate_fields);
  Lay(request.config.validate_new_schemas, &config.validate_new_schemas);
  Lay(request.config.validate_rules, &config.validate_rules);
  Lay(request.config.alias, &config.alias);
  Lay(request.config.compatibility_group, &config.compatibility_group);
  return config;
}

// Of its own; nothing set is no error.
absl::StatusOr<SubjectConfig> OwnConfig(const client::RegistryClient& client, const ConfigTarget& target) {
  auto config = client.GetConfig({.target = target});
  if (ReasonOf(config.status()) == ErrorReason::kConfigNotFound) return SubjectConfig();
  return config;
}

ExitCode RunConfigSet(Session& session) {
  const auto request = ReadUpdate(session);
  if (!request.ok()) return session.Misused(request.status());
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto config = OwnConfig(*client, request->target);
    if (!config.ok()) return session.Fail(config.status());
    if (!session.json()) session.out() << "Would set " << DescribeTarget("configuration", request->target) << ":\n";
    return Show(session, Merged(*request, *config));
  }
  const auto answer = client->UpdateConfig(*request);
  if (!answer.ok()) return session.Fail(answer.status());
  if (!session.json()) session.out() << "Set " << DescribeTarget("configuration", request->target) << ":\n";
  return Show(session, answer->config);
}

ExitCode RunConfigDelete(Session& session) {
  const ConfigTarget target = TargetOf(session.Word(0));
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto config = client->GetConfig({.target = target});
    if (!config.ok()) return session.Fail(config.status());
    if (!session.json()) session.out() << "Would delete " << DescribeTarget("configuration", target) << ", which is:\n";
    return Show(session, *config);
  }
  const auto answer = client->DeleteConfig({.target = target});
  if (!answer.ok()) return session.Fail(answer.status());
  if (!session.json()) session.out() << "Deleted " << DescribeTarget("configuration", target) << ", which was:\n";
  return Show(session, answer->config);
}

}  // namespace

const Command& ConfigGetCommand() {
  static const auto* const command = new Command{
      .name = "config get",
      .summary = "print the configuration of a subject, or the global one",
      .operands = {{"SUBJECT", /*required=*/false}},
      .flags = {{"effective", "", "with what is inherited, not only what is set there"}},
      .manual =
          "Without SUBJECT the global configuration; ':.context:' is that of a context. Exits 1\n"
          "when SUBJECT has none of its own.",
      .run = RunConfigGet,
  };
  return *command;
}

const Command& ConfigSetCommand() {
  static const auto* const command = new Command{
      .name = "config set",
      .summary = "change the configuration of a subject, or the global one",
      .operands = {{"SUBJECT", /*required=*/false}, {"LEVEL", /*required=*/false}},
      .flags = {{"level", "LEVEL", "the compatibility level"},
                {"policy", "STRICT|LENIENT|LOGICAL", "how strictly a format's rules are read"},
                {"normalize", "BOOL", "register and look up normalised texts"},
                {"validate-fields", "BOOL", "refuse reserved field names"},
                {"validate-new-schemas", "BOOL", "hold new schemas to every rule of their format"},
                {"validate-rules", "BOOL", "hold rule sets to every rule"},
                {"alias", "SUBJECT", "another name for this subject"},
                {"group", "PROPERTY", "compare only versions with the same value of this metadata property"},
                {"unset", "FLAG", "inherit this again, e.g. --unset level", /*repeated=*/true},
                {"subject", "", "a single word is a subject, even if it is a level's name"},
                {"dry-run", "", "say what would be set then, and change nothing"}},
      .manual =
          "'config set orders FULL' sets the level of the subject orders, 'config set FULL' the\n"
          "global one, 'config set :.eu: FULL' that of the context .eu. LEVEL is NONE,\n"
          "BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL or\n"
          "FULL_TRANSITIVE. What is not named stays as it is.",
      .run = RunConfigSet,
  };
  return *command;
}

const Command& ConfigDeleteCommand() {
  static const auto* const command = new Command{
      .name = "config delete",
      .summary = "remove a configuration, so that its target inherits again",
      .operands = {{"SUBJECT", /*required=*/false}},
      .flags = {{"dry-run", "", "say what is set, and change nothing"}},
      .manual =
          "Without SUBJECT the global configuration. Prints what was set before. Exits 1 when\n"
          "SUBJECT has none of its own.",
      .run = RunConfigDelete,
  };
  return *command;
}

}  // namespace regent::cli
