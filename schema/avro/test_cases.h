// Cases from testdata/, for the tests of this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_value.h"
#include "schema/format.h"

namespace regent::avro {

// One case of a file: an object.
class TestCase {
 public:
  explicit TestCase(JsonValue json) : json_(std::move(json)) {}

  bool Has(std::string_view member) const { return json_.Find(member) != nullptr; }
  // Empty when there is none.
  std::string Text(std::string_view member) const;
  // True when there is none.
  bool Flag(std::string_view member) const;
  int Number(std::string_view member) const;
  // The texts of an array, named reference-0 and so on.
  std::vector<NamedSchema> References(std::string_view member) const;
  // "ERRORTYPE path detail" for each entry.
  std::vector<std::string> Differences(std::string_view member) const;

  std::string name() const { return Text("name"); }
  Validation validation() const { return Flag("strict") ? Validation::kStrict : Validation::kLenient; }

 private:
  JsonValue json_;
};

// Fails the test, and gives none, when `file` of testdata/ cannot be read.
std::vector<TestCase> LoadCases(const std::string& file);

}  // namespace regent::avro
