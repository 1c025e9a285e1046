#include "cli/schema_input.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error_reason.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

// Far above what a server takes; it keeps a wrong file from filling the memory.
constexpr size_t kFileBytesMax = 64u << 20;

// As a reference's version: the newest one.
constexpr Version kLatest{-1};

absl::Status Wrong(std::string_view message) { return MakeError(ErrorReason::kRequestInvalid, message); }

absl::StatusOr<std::string> ReadAll(std::istream& in, const std::string& name) {
  std::string text;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof(buffer)) || in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > kFileBytesMax) return Wrong(name + " is larger than 64 MiB: that is no schema");
  }
  if (in.bad()) return Wrong(name + " cannot be read");
  return text;
}

absl::StatusOr<std::string> ReadFile(const Session& session, const std::string& name) {
  if (name == "-") return ReadAll(*session.environment().in, "standard input");
  std::error_code error;
  if (std::filesystem::is_directory(name, error)) return Wrong(Printable(name) + " is a directory");
  errno = 0;
  std::ifstream file(name, std::ios::binary);
  if (!file) return Wrong("cannot open " + Printable(name) + ": " + std::strerror(errno));
  return ReadAll(file, Printable(name));
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

absl::StatusOr<SchemaType> TypeOf(const Session& session, const std::string& file) {
  const std::optional<std::string> name = session.arguments().Value("type");
  if (!name) return GuessSchemaType(file);
  const std::optional<SchemaType> type = ParseSchemaType(Upper(*name));
  if (!type || name->empty()) return Wrong("--type is AVRO, JSON or PROTOBUF, not '" + Printable(*name) + "'");
  return *type;
}

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
  const absl::StatusOr<SchemaType> type = TypeOf(session, file);
  if (!type.ok()) return type.status();
  content.type = *type;
  for (const std::string& text : session.arguments().Values("reference")) {
    absl::StatusOr<Reference> reference = ParseReference(text, subject.context);
    if (!reference.ok()) return reference.status();
    content.references.push_back(*std::move(reference));
  }
  absl::StatusOr<std::string> text = ReadFile(session, file);
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

SchemaType GuessSchemaType(std::string_view file) {
  const std::string ending = Upper(std::filesystem::path(file).extension().string());
  if (ending == ".JSON") return SchemaType::kJson;
  if (ending == ".PROTO") return SchemaType::kProtobuf;
  return SchemaType::kAvro;
}

}  // namespace regent::cli
