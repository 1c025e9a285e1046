// A schema's text in the dress that the parameter `format` asks for.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "server/rest/encode.h"
#include "server/rest/route.h"

namespace regent {

class RenderedDress {
 public:
  // Without `format` the text is not copied.
  static absl::StatusOr<RenderedDress> Of(const RestEnvironment& environment, const RestRequest& request,
                                          const SchemaVersion& version);

  // Good as long as this object is.
  SchemaDress dress() const { return {profile_, text_ ? &*text_ : nullptr, find_tags_}; }
  const std::string& text() const { return text_ ? *text_ : stored_->content.text; }

 private:
  RenderedDress(CompatProfile profile, std::shared_ptr<const StoredSchema> stored)
      : profile_(profile), stored_(std::move(stored)) {}
  CompatProfile profile_;
  std::shared_ptr<const StoredSchema> stored_;
  std::optional<std::string> text_;
  std::set<std::string> find_tags_;  // of the parameter `findTags`
};

}  // namespace regent
