// Where in a schema a walk stands: cheap to keep up to date, written out only for an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace regent::avro {

class SchemaPath {
 public:
  // Leaves the path as it found it.
  class Step {
   public:
    Step(SchemaPath* path, const char* key) : path_(path) { path_->steps_.push_back({key, 0}); }
    Step(SchemaPath* path, size_t index) : path_(path) { path_->steps_.push_back({nullptr, index}); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { path_->steps_.pop_back(); }

   private:
    SchemaPath* path_;
  };

  // "/fields/3/type"; "/" for the whole schema.
  std::string ToString() const { return Print(steps_.size()); }
  // The same, cut where it is too long to be read.
  std::string Abbreviated() const {
    constexpr size_t kShown = 40;
    return steps_.size() <= kShown ? ToString() : Print(kShown) + "/...";
  }

 private:
  std::string Print(size_t count) const {
    if (count == 0) return "/";
    std::string out;
    for (size_t i = 0; i < count; ++i) {
      if (steps_[i].key != nullptr) {
        absl::StrAppend(&out, "/", steps_[i].key);
      } else {
        absl::StrAppend(&out, "/", steps_[i].index);
      }
    }
    return out;
  }

  struct Part {
    const char* key;  // a literal, or nullptr for an index
    size_t index;
  };
  std::vector<Part> steps_;
};

}  // namespace regent::avro
