#include "server/rest/settings_endpoints.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rest/decode.h"
#include "server/rest/encode.h"
#include "server/rest/parameters.h"

namespace regent {
namespace {

// Without an argument the global one is meant.
ConfigTarget TargetOf(const RestRequest& request) {
  if (request.arguments.empty()) return std::nullopt;
  return ParseTarget(request.argument(0));
}

ConfigView ViewOf(const RestRequest& request) {
  return request.Flag("defaultToGlobal") ? ConfigView::kEffective : ConfigView::kOwn;
}

RestAnswer ShowConfig(const SubjectConfig& config, ConfigForm form) {
  std::string json;
  AppendConfig(config, form, &json);
  return JsonAnswer(std::move(json));
}

// Where there was none of its own, it was that of everything without one.
RestAnswer ShowMode(std::optional<Mode> mode) {
  const std::string_view name = ModeName(mode.value_or(Mode::kReadWrite));
  return JsonAnswer(absl::StrCat("{\"mode\":\"", absl::string_view(name.data(), name.size()), "\"}"));
}

absl::StatusOr<RestAnswer> GetConfigOf(const RestEnvironment& environment, const RestRequest& request) {
  const auto config = environment.registry->GetConfig(TargetOf(request), ViewOf(request));
  if (!config.ok()) return config.status();
  return ShowConfig(*config, ConfigForm::kStored);
}

absl::StatusOr<RestWrite> PutConfig(const RestEnvironment&, const RestRequest& request) {
  auto update = DecodeConfigRequest(request.body);
  if (!update.ok()) return update.status();
  update->target = TargetOf(request);
  RestWrite write;
  write.command = *std::move(update);
  write.encode = [](const WriteResult& result) { return ShowConfig(result.config, ConfigForm::kRequest); };
  return write;
}

absl::StatusOr<RestWrite> DeleteConfigOf(const RestEnvironment&, const RestRequest& request) {
  RestWrite write;
  write.command = DeleteConfig{.target = TargetOf(request)};
  write.encode = [](const WriteResult& result) { return ShowConfig(result.config, ConfigForm::kStored); };
  return write;
}

absl::StatusOr<RestAnswer> GetModeOf(const RestEnvironment& environment, const RestRequest& request) {
  const auto mode = environment.registry->GetMode(TargetOf(request), ViewOf(request));
  if (!mode.ok()) return mode.status();
  return ShowMode(*mode);
}

absl::StatusOr<RestWrite> PutMode(const RestEnvironment&, const RestRequest& request) {
  const auto mode = DecodeModeRequest(request.body);
  if (!mode.ok()) return mode.status();
  RestWrite write;
  write.command = UpdateMode{.target = TargetOf(request), .mode = *mode, .force = request.Flag("force")};
  write.encode = [mode = *mode](const WriteResult&) {
    return mode ? ShowMode(mode) : JsonAnswer("{\"mode\":null}");  // the request, once more
  };
  return write;
}

absl::StatusOr<RestWrite> DeleteModeOf(const RestEnvironment&, const RestRequest& request) {
  RestWrite write;
  write.command = DeleteMode{.target = TargetOf(request), .recursive = request.Flag("recursive")};
  write.encode = [](const WriteResult& result) { return ShowMode(result.mode); };
  return write;
}

absl::StatusOr<RestAnswer> ListContexts(const RestEnvironment& environment, const RestRequest& request) {
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  auto contexts = environment.registry->Contexts();
  if (!contexts.ok()) return contexts.status();
  const std::string prefix = request.Text("contextPrefix");
  std::erase_if(*contexts, [&](const std::string& context) { return context.rfind(prefix, 0) != 0; });
  Cut(*slice, &*contexts);
  std::string json;
  AppendStrings(*contexts, &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestWrite> DeleteOneContext(const RestEnvironment&, const RestRequest& request) {
  std::string context = request.argument(0);
  if (context.empty() || context[0] != '.') context.insert(0, 1, '.');
  RestWrite write;
  write.command = DeleteContext{.context = std::move(context)};
  write.encode = [](const WriteResult&) { return RestAnswer{.status = 204}; };
  return write;
}

}  // namespace

std::vector<Route> SettingsRoutes() {
  constexpr auto kPut = HttpMethod::kPut;
  constexpr auto kDelete = HttpMethod::kDelete;
  return {
      {.pattern = "/config", .read = GetConfigOf},
      {.method = kPut, .pattern = "/config", .write = PutConfig},
      {.method = kDelete, .pattern = "/config", .write = DeleteConfigOf},
      {.pattern = "/config/{}", .read = GetConfigOf},
      {.method = kPut, .pattern = "/config/{}", .write = PutConfig},
      {.method = kDelete, .pattern = "/config/{}", .write = DeleteConfigOf},
      {.pattern = "/mode", .read = GetModeOf},
      {.method = kPut, .pattern = "/mode", .write = PutMode},
      {.method = kDelete, .pattern = "/mode", .write = DeleteModeOf},
      {.pattern = "/mode/{}", .read = GetModeOf},
      {.method = kPut, .pattern = "/mode/{}", .write = PutMode},
      {.method = kDelete, .pattern = "/mode/{}", .write = DeleteModeOf},
      {.pattern = "/contexts", .read = ListContexts},
      {.method = kDelete, .pattern = "/contexts/{}", .write = DeleteOneContext},
  };
}

}  // namespace regent
