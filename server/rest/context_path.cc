#include "server/rest/context_path.h"

#include <string>
#include <utility>

#include "base/error_reason.h"

namespace regent {
namespace {

bool IsQualified(const std::string& subject) { return subject.rfind(":.", 0) == 0 || subject.rfind(":*:", 0) == 0; }

void Qualify(const std::string& prefix, std::string* subject) {
  if (!IsQualified(*subject)) subject->insert(0, prefix);
}

void QualifyParameter(const std::string& prefix, std::string_view name, Url* url) {
  for (auto& [key, value] : url->query) {
    if (key == name) return Qualify(prefix, &value);
  }
  url->query.emplace_back(name, prefix);
}

}  // namespace

absl::Status ApplyContextPrefix(Url* url) {
  std::vector<std::string>& segments = url->segments;
  if (segments.size() < 3 || segments[0] != "contexts") return absl::OkStatus();
  std::string context = std::move(segments[1]);
  segments.erase(segments.begin(), segments.begin() + 2);
  if (context.find(':') != std::string::npos) {
    return errors::RequestInvalid("path", "a context in a path is written without colons");
  }
  if (context.empty() || context[0] != '.') context.insert(0, 1, '.');
  const std::string prefix = ":" + context + ":";

  const std::string& first = segments[0];
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    if (segments[i] != "subjects" && segments[i] != "deks") continue;
    Qualify(prefix, &segments[i + 1]);
    break;
  }
  if (first == "config" || first == "mode") {
    if (segments.size() == 1) {
      segments.push_back(prefix);
    } else {
      Qualify(prefix, &segments[1]);
    }
  } else if (segments.size() == 1 && (first == "schemas" || first == "subjects")) {
    QualifyParameter(prefix, "subjectPrefix", url);
  } else if (first == "schemas" && segments.size() > 1 && segments[1] == "ids") {
    QualifyParameter(prefix, "subject", url);
  } else if ((first == "associations" || first.rfind("associations:", 0) == 0) &&
             url->Parameter("context") == nullptr) {
    url->query.emplace_back("context", context);
  }
  return absl::OkStatus();
}

}  // namespace regent
