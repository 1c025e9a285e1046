#include "schema/protobuf/text_parser.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

// Keeps the first error, which is the one that is not a consequence, and counts the rest.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    if (count_++ > 0) return;
    line_ = line + 1;
    column_ = column + 1;
    message_ = message;
  }

  bool any() const { return count_ > 0; }

  absl::Status ToStatus() const {
    if (!any()) return errors::SchemaInvalid("the text is not a .proto file");
    std::string what = message_;
    if (count_ > 1) absl::StrAppend(&what, " (and ", count_ - 1, " more)");
    return errors::SchemaInvalid(what, "", line_, column_);
  }

 private:
  int count_ = 0;
  int line_ = 0;
  int column_ = 0;
  std::string message_;
};

}  // namespace

absl::StatusOr<ParsedText> ParseText(std::string_view text, int max_depth) {
  if (text.size() > std::numeric_limits<int>::max()) {
    return MakeError(ErrorReason::kSchemaTooLarge, absl::StrCat("the text has ", text.size(), " bytes"));
  }
  absl::StatusOr<SourceScan> scan = ScanSource(text, max_depth);
  if (!scan.ok()) return scan.status();
  ParsedText parsed;
  parsed.scan = *std::move(scan);
  parsed.locations = std::make_unique<google::protobuf::compiler::SourceLocationTable>();

  // It warns of a missing syntax line on standard error.
  google::protobuf::LogSilencer silencer;
  google::protobuf::io::ArrayInputStream stream(parsed.scan.text.data(), static_cast<int>(parsed.scan.text.size()));
  FirstError errors;
  google::protobuf::io::Tokenizer tokenizer(&stream, &errors);
  google::protobuf::compiler::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.RecordSourceLocationsTo(parsed.locations.get());
  const bool complete = parser.Parse(&tokenizer, &parsed.proto);
  if (!complete || errors.any()) return errors.ToStatus();
  return parsed;
}

}  // namespace regent::protobuf
