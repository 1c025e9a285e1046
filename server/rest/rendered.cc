#include "server/rest/rendered.h"

#include <utility>

namespace regent {

absl::StatusOr<RenderedDress> RenderedDress::Of(const RestEnvironment& environment, const RestRequest& request,
                                                const SchemaVersion& version) {
  RenderedDress dress(environment.profile, version.stored);
  for (std::string& tag : request.url.Parameters("findTags")) dress.find_tags_.insert(std::move(tag));
  const std::string* format = request.url.Parameter("format");
  if (format == nullptr || format->empty()) return dress;
  auto text = environment.registry->Render(version.stored, *format);
  if (!text.ok()) return text.status();
  dress.text_ = *std::move(text);
  return dress;
}

}  // namespace regent
