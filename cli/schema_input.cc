#include "cli/schema_input.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "base/error_reason.h"
#include "cli/local_file.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

// As a reference's version: the newest one.
constexpr Version kLatest{-1};

absl::Status Wrong(std::string_view message) { return MakeError(ErrorReason::kRequestInvalid, message); }

}  // namespace

const Flag& TypeFlag() {
  static constexpr Flag flag = {"type", "AVRO|JSON|PROTOBUF",
                                "else told by FILE's ending (.avsc .json .proto), else AVRO"};
  return flag;
}

const Flag& ReferenceFlag() {
  static constexpr Flag flag = {"reference", "NAME=SUBJECT:VERSION", "a registered schema that FILE uses",
                                /*repeated=*/true};
  return flag;
}

absl::StatusOr<SchemaContent> ReadSchema(const Session& session, size_t index, const Subject& subject) {
  const std::string file = session.Word(index).value_or("-");
  SchemaContent content;
  const absl::StatusOr<SchemaType> type = SchemaTypeOf(session.arguments().Value("type"), file);
  if (!type.ok()) return type.status();
  content.type = *type;
  for (const std::string& text : session.arguments().Values("reference")) {
    absl::StatusOr<Reference> reference = ParseReference(text, subject.context);
    if (!reference.ok()) return reference.status();
    content.references.push_back(*std::move(reference));
  }
  absl::StatusOr<std::string> text = ReadWholeFile(file, *session.environment().in);
  if (!text.ok()) return text.status();
  content.text = *std::move(text);
  return content;
}

absl::StatusOr<Reference> ParseReference(std::string_view text, std::string_view context) {
  const std::string spelled = "--reference is NAME=SUBJECT:VERSION, not '" + Printable(text) + "'";
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) return Wrong(spelled);
  const std::string_view target = text.substr(equals + 1);
  const size_t colon = target.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return Wrong(spelled);
  const std::string_view version = target.substr(colon + 1);
  Reference reference;
  reference.name = std::string(text.substr(0, equals));
  reference.subject = Subject::Parse(target.substr(0, colon), context);
  if (reference.subject.name.empty()) return Wrong(spelled);
  if (version == "latest" || version == "-1") {
    reference.version = kLatest;
  } else if (const std::optional<int32_t> number = ParsePositive(version)) {
    reference.version = Version(*number);
  } else {
    return Wrong(spelled + ": VERSION is a number from 1, or latest");
  }
  return reference;
}

}  // namespace regent::cli
