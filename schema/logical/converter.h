// What the three conversions to tables share: where they are, what they are within, and how they fail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/logical/table_type.h"

namespace regent::logical {

inline TableType Plain(TableType::Kind kind, int precision = 0) {
  TableType type;
  type.kind = kind;
  type.precision = precision;
  return type;
}

// The most digits that a decimal has in both worlds.
inline constexpr int kMostDigits = 38;

// Not thread-safe; one for each conversion.
class Place {
 public:
  // One name further while it lives, and `definition` (may be null) begun. `status` says whether that is allowed:
  // SCHEMA_INVALID for a definition that is begun already, for tables are finite.
  class Within {
   public:
    Within(Place* place, std::string_view name, const void* definition) : place_(place), length_(place->path_.size()) {
      if (!name.empty()) absl::StrAppend(&place->path_, "/", std::string(name));
      status_ = place->budget_.Enter(name, place->path_);
      for (const void* each : place->begun_) {
        if (definition != nullptr && each == definition && status_.ok()) {
          status_ = place->Invalid("a type that holds itself has no table");
        }
      }
      place->begun_.push_back(definition);
    }
    ~Within() {
      place_->begun_.pop_back();
      place_->budget_.Leave();
      place_->path_.resize(length_);
    }
    const absl::Status& status() const { return status_; }

   private:
    Place* const place_;
    const size_t length_;
    absl::Status status_;
  };

  absl::Status Invalid(std::string_view what) const {
    return errors::SchemaInvalid(what, path_.empty() ? "/" : path_.substr(0, 400));
  }

 private:
  std::string path_;
  std::vector<const void*> begun_;
  TableBudget budget_;
};

}  // namespace regent::logical
