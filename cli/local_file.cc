#include "cli/local_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error_reason.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

// Far above what a server takes; it keeps a wrong file from filling the memory.
constexpr size_t kFileBytesMax = 64u << 20;

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

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& name, std::istream& in) {
  if (name == "-") return ReadAll(in, "standard input");
  std::error_code error;
  if (std::filesystem::is_directory(name, error)) return Wrong(Printable(name) + " is a directory");
  errno = 0;
  std::ifstream file(name, std::ios::binary);
  if (!file) return Wrong("cannot open " + Printable(name) + ": " + std::strerror(errno));
  return ReadAll(file, Printable(name));
}

SchemaType GuessSchemaType(std::string_view file) {
  const std::string ending = Upper(std::filesystem::path(file).extension().string());
  if (ending == ".JSON") return SchemaType::kJson;
  if (ending == ".PROTO") return SchemaType::kProtobuf;
  return SchemaType::kAvro;
}

absl::StatusOr<SchemaType> SchemaTypeOf(const std::optional<std::string>& word, std::string_view file) {
  if (!word) return GuessSchemaType(file);
  const std::optional<SchemaType> type = ParseSchemaType(Upper(*word));
  if (!type || word->empty()) return Wrong("--type is AVRO, JSON or PROTOBUF, not '" + Printable(*word) + "'");
  return *type;
}

}  // namespace regent::cli
