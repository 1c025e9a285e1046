// What a compatibility problem says to people.
#pragma once

#include <string>

#include "base/model.h"
#include "schema/avro/avro_schema.h"

namespace regent::avro {

enum class Problem {
  kNameMismatch,
  kFixedSizeMismatch,
  kMissingEnumSymbols,
  kReaderFieldMissingDefaultValue,
  kTypeMismatch,
  kMissingUnionBranch,
};

// One problem as the comparison found it.
struct Finding {
  Problem problem = Problem::kTypeMismatch;
  std::string path;
  std::string detail;
  const AvroSchema* reader = nullptr;
  const AvroSchema* writer = nullptr;
  const AvroField* new_field = nullptr;  // a field of the reader that the writer does not have
};

// The type's name, the path and the detail as found, with a sentence and a way out. `breaks` is left alone.
Difference Explain(const Finding& finding);

}  // namespace regent::avro
