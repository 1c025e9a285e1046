#include "cli/rest_dump.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/mutex.h"
#include "cli/parallel.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

constexpr size_t kConnections = 8;
constexpr int kDepthMax = 64;
constexpr std::string_view kAllContexts = ".__GLOBAL";

absl::Status Refused(const std::string& target, std::string_view what) {
  return MakeError(ErrorReason::kRequestInvalid,
                   absl::StrCat("GET ", Printable(target), ": ", PrintableLines(std::string(what).substr(0, 500))));
}

// What a registry says where something is not there, or where it does not have such a thing at all.
bool IsAbsent(int status) { return status == 404 || status == 405 || status == 501; }

class RestDump {
 public:
  RestDump(const HttpUrl& url, const HttpSourceOptions& options, DumpSpool* spool) : spool_(spool), options_(options) {
    for (size_t i = 0; i < kConnections; ++i) sources_.push_back(std::make_unique<HttpSource>(url, options));
  }

  absl::Status Run(const std::function<void(int64_t)>& told) {
    const auto subjects = Subjects();
    if (!subjects.ok()) return subjects.status();
    if (absl::Status status = Settings("", std::nullopt); !status.ok()) return status;
    if (absl::Status status = Contexts(); !status.ok()) return status;
    const absl::Status read = RunParallel(
        subjects->size(), kConnections, [&](size_t i) { return ReadSubject((*subjects)[i]); },
        [&](size_t) {
          MutexLock lock(&mutex_);
          told(static_cast<int64_t>(spool_->schemas()));
        });
    return read.ok() ? HighestIds() : read;
  }

 private:
  // Nothing where it is absent.
  absl::StatusOr<std::optional<JsonValue>> Get(const std::string& target) {
    std::unique_ptr<HttpSource> source;
    {
      MutexLock lock(&mutex_);
      source = std::move(sources_.back());
      sources_.pop_back();
    }
    const auto answer = source->Get(target);
    {
      MutexLock lock(&mutex_);
      sources_.push_back(std::move(source));
    }
    if (!answer.ok()) return answer.status();
    if (IsAbsent(answer->status)) return std::optional<JsonValue>();
    if (answer->status != 200) return Refused(target, absl::StrCat("status ", answer->status, ", ", answer->body));
    auto json = JsonValue::Parse(answer->body, {.max_bytes = options_.answer_bytes_max, .max_depth = kDepthMax});
    if (!json.ok()) return Refused(target, std::string(json.status().message()));
    return std::optional<JsonValue>(*std::move(json));
  }

  absl::StatusOr<std::vector<std::string>> Names(const std::string& target) {
    const auto json = Get(target);
    if (!json.ok()) return json.status();
    std::vector<std::string> names;
    if (!*json) return names;
    if (!(*json)->is_array()) return Refused(target, "no array");
    for (const JsonValue& item : (*json)->items()) {
      if (!item.is_string()) return Refused(target, "an array that holds what is no string");
      names.push_back(item.string_value());
    }
    return names;
  }

  absl::StatusOr<std::vector<int32_t>> Versions(const std::string& target) {
    const auto json = Get(target);
    if (!json.ok()) return json.status();
    std::vector<int32_t> versions;
    if (!*json) return versions;
    if (!(*json)->is_array()) return Refused(target, "no array");
    for (const JsonValue& item : (*json)->items()) {
      const auto number = item.ToInt64();
      if (!number || *number < 1 || *number > INT32_MAX) return Refused(target, "a version that is no number from 1");
      versions.push_back(static_cast<int32_t>(*number));
    }
    return versions;
  }

  // Deleted ones too. A registry that pages unasked answers the rest at an offset; one without pages answers the same.
  absl::StatusOr<std::vector<std::string>> Subjects() {
    const auto probe = Get("/subjects");
    if (!probe.ok()) return probe.status();
    if (!*probe) return Refused("/subjects", "this is no schema registry");
    std::set<std::string> names;
    while (true) {
      const size_t before = names.size();
      const auto page = Names("/subjects?deleted=true" + (before == 0 ? "" : absl::StrCat("&offset=", before)));
      if (!page.ok()) return page.status();
      names.insert(page->begin(), page->end());
      if (names.size() == before) return std::vector<std::string>(names.begin(), names.end());
    }
  }

  // The configuration and the mode at a target whose escaped name is `path`.
  absl::Status Settings(const std::string& path, const client::ConfigTarget& target) {
    if (absl::Status status = Config("/config" + path, target); !status.ok()) return status;
    return ReadMode("/mode" + path, target);
  }

  absl::Status Config(const std::string& where, const client::ConfigTarget& target) {
    const auto json = Get(where);
    if (!json.ok() || !*json) return json.status();
    if (!(*json)->is_object()) return Refused(where, "no object");
    auto parsed = ParseConfigObject(**json);
    if (!parsed.ok()) return Refused(where, std::string(parsed.status().message()));
    MutexLock lock(&mutex_);
    if (*parsed != SubjectConfig()) spool_->Put(DumpConfig{target, *std::move(parsed)});
    return absl::OkStatus();
  }

  absl::Status ReadMode(const std::string& where, const client::ConfigTarget& target) {
    const auto json = Get(where);
    if (!json.ok() || !*json) return json.status();
    const JsonValue* word = (*json)->Find("mode");
    const auto mode = word != nullptr && word->is_string() ? ParseMode(word->string_value()) : std::nullopt;
    if (!mode) return Refused(where, "a mode that is not known");
    // Said also where nothing is set.
    if (!target && *mode == Mode::kReadWrite) return absl::OkStatus();
    MutexLock lock(&mutex_);
    spool_->Put(DumpMode{target, *mode});
    return absl::OkStatus();
  }

  absl::Status Contexts() {
    const auto contexts = Names("/contexts");
    if (!contexts.ok()) return contexts.status();
    std::set<std::string> names(contexts->begin(), contexts->end());
    names.erase(std::string(kDefaultContext));
    // Holds for all contexts, and has no subject that would make it appear. Only who has contexts has it.
    if (!contexts->empty()) names.insert(std::string(kAllContexts));
    for (const std::string& name : names) {
      if (name != kAllContexts) Seen(name, SchemaId());
      const Subject target(name, "");
      const absl::Status status = Settings("/" + EscapeForUrl(target.Qualified()), target);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void Seen(const std::string& context, SchemaId id) {
    MutexLock lock(&mutex_);
    SchemaId& known = contexts_[context];
    known = std::max(known, id);
  }

  // Asked of any schema of the context, which says it where the registry knows how.
  absl::Status HighestIds() {
    std::map<std::string, SchemaId> contexts;
    {
      MutexLock lock(&mutex_);
      contexts = contexts_;
    }
    for (auto& [context, id] : contexts) {
      DumpContext entry{context, SchemaId()};
      if (id.value() != 0) {
        const std::string where = absl::StrCat(
            "/schemas/ids/", id.value(), "?fetchMaxId=true&subject=", EscapeForUrl(Subject(context, "").Qualified()));
        const auto json = Get(where);
        if (!json.ok()) return json.status();
        const JsonValue* highest = *json ? (*json)->Find("maxId") : nullptr;
        const auto number = highest != nullptr ? highest->ToInt64() : std::nullopt;
        if (number && *number >= id.value() && *number <= INT32_MAX) {
          entry.highest_id = SchemaId(static_cast<int32_t>(*number));
        }
      }
      // The default one is always there.
      if (context == kDefaultContext && entry.highest_id.value() == 0) continue;
      MutexLock lock(&mutex_);
      spool_->Put(entry);
    }
    return absl::OkStatus();
  }

  // Of topics with the subject; only newer registries know them.
  absl::Status Associations(const std::string& name) {
    if (!has_associations_) return absl::OkStatus();
    const std::string where = "/associations/subjects/" + EscapeForUrl(name);
    const auto json = Get(where);
    if (!json.ok()) return json.status();
    if (!*json) has_associations_ = false;
    if (!*json || !(*json)->is_array()) return absl::OkStatus();
    for (const JsonValue& item : (*json)->items()) {
      if (!item.is_object()) return Refused(where, "an array that holds what is no object");
      auto association = ParseAssociationObject(item);
      if (!association.ok()) return Refused(where, std::string(association.status().message()));
      MutexLock lock(&mutex_);
      spool_->Put(DumpAssociation{*std::move(association)});
    }
    return absl::OkStatus();
  }

  absl::Status ReadSubject(const std::string& name) {
    const std::string path = "/subjects/" + EscapeForUrl(name) + "/versions";
    const auto all = Versions(path + "?deleted=true");
    if (!all.ok()) return all.status();
    const auto live = Versions(path);
    if (!live.ok()) return live.status();
    for (const int32_t version : *all) {
      const bool deleted = std::find(live->begin(), live->end(), version) == live->end();
      if (absl::Status status = ReadVersion(name, path, version, deleted); !status.ok()) return status;
    }
    if (absl::Status status = Associations(name); !status.ok()) return status;
    return Settings("/" + EscapeForUrl(name), Subject::Parse(name));
  }

  absl::Status ReadVersion(const std::string& name, const std::string& path, int32_t version, bool deleted) {
    const std::string where = absl::StrCat(path, "/", version, deleted ? "?deleted=true" : "");
    const auto json = Get(where);
    // Gone meanwhile.
    if (!json.ok() || !*json) return json.status();
    if (!(*json)->is_object()) return Refused(where, "no object");
    auto schema = ParseSchemaObject(**json);
    if (!schema.ok()) return Refused(where, std::string(schema.status().message()));
    if (schema->subject != Subject::Parse(name)) return Refused(where, "the version of another subject");
    schema->deleted = deleted;
    Seen(schema->subject.context, schema->id);
    MutexLock lock(&mutex_);
    return spool_->Put(*schema);
  }

  DumpSpool* const spool_;
  const HttpSourceOptions options_;
  Mutex mutex_;                                                          // of spool_ too
  std::vector<std::unique_ptr<HttpSource>> sources_ GUARDED_BY(mutex_);  // those that nobody uses
  std::map<std::string, SchemaId> contexts_ GUARDED_BY(mutex_);          // with an id that is in use there
  std::atomic<bool> has_associations_{true};
};

}  // namespace

absl::Status GatherOverRest(const HttpUrl& url, const HttpSourceOptions& options, DumpSpool* spool,
                            const std::function<void(int64_t)>& told) {
  return RestDump(url, options, spool).Run(told);
}

}  // namespace regent::cli
