#include "base/error_reason.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace regent {
namespace {

using absl::StatusCode;

// Which action should the caller take? UNAVAILABLE: repeat it, perhaps elsewhere. ABORTED: look again and decide again.
// FAILED_PRECONDITION: not before something changes. INVALID_ARGUMENT: never, as it stands.
// REST numbers of four or more digits are Confluent's; where it has none, the number is the HTTP status.
constexpr StatusCode kInvalid = StatusCode::kInvalidArgument;
constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;
constexpr StatusCode kElsewhere = StatusCode::kUnavailable;

const std::vector<ErrorRow>* NewTable() {
  return new std::vector<ErrorRow>{
      {ErrorReason::kUnspecified, "UNSPECIFIED", StatusCode::kUnknown, 500, 500},
      {ErrorReason::kSubjectNotFound, "SUBJECT_NOT_FOUND", StatusCode::kNotFound, 404, 40401},
      {ErrorReason::kVersionNotFound, "VERSION_NOT_FOUND", StatusCode::kNotFound, 404, 40402},
      {ErrorReason::kSchemaNotFound, "SCHEMA_NOT_FOUND", StatusCode::kNotFound, 404, 40403},
      {ErrorReason::kSchemaInvalid, "SCHEMA_INVALID", kInvalid, 422, 42201},
      {ErrorReason::kSchemaTooLarge, "SCHEMA_TOO_LARGE", kInvalid, 422, 42209},
      {ErrorReason::kSchemaTooComplex, "SCHEMA_TOO_COMPLEX", kInvalid, 422, 42201},
      {ErrorReason::kSchemaIncompatible, "SCHEMA_INCOMPATIBLE", kPrecondition, 409, 40901},
      {ErrorReason::kReferenceNotFound, "REFERENCE_NOT_FOUND", kPrecondition, 422, 42201},
      {ErrorReason::kReferenceExists, "REFERENCE_EXISTS", kPrecondition, 422, 42206},
      {ErrorReason::kSubjectSoftDeleted, "SUBJECT_SOFT_DELETED", kPrecondition, 404, 40404},
      {ErrorReason::kSubjectNotSoftDeleted, "SUBJECT_NOT_SOFT_DELETED", kPrecondition, 404, 40405},
      {ErrorReason::kVersionSoftDeleted, "VERSION_SOFT_DELETED", kPrecondition, 404, 40406},
      {ErrorReason::kVersionNotSoftDeleted, "VERSION_NOT_SOFT_DELETED", kPrecondition, 404, 40407},
      {ErrorReason::kSubjectInvalid, "SUBJECT_INVALID", kInvalid, 422, 42208},
      {ErrorReason::kVersionInvalid, "VERSION_INVALID", kInvalid, 422, 42202},
      {ErrorReason::kConfigNotFound, "CONFIG_NOT_FOUND", StatusCode::kNotFound, 404, 40408},
      {ErrorReason::kConfigInvalid, "CONFIG_INVALID", kInvalid, 422, 42203},
      {ErrorReason::kModeForbids, "MODE_FORBIDS", kPrecondition, 422, 42205},
      {ErrorReason::kEtagMismatch, "ETAG_MISMATCH", StatusCode::kAborted, 412, 412},
      {ErrorReason::kNoPrimary, "NO_PRIMARY", kElsewhere, 500, 50004},
      {ErrorReason::kNotPrimary, "NOT_PRIMARY", kElsewhere, 500, 50004},
      // Nothing was written: a newer claim was there first.
      {ErrorReason::kFenced, "FENCED", StatusCode::kAborted, 500, 50001},
      // Repeating is safe: registrations find what landed, other writes carry a request id.
      {ErrorReason::kOutcomeUnknown, "OUTCOME_UNKNOWN", kElsewhere, 500, 50002},
      {ErrorReason::kPositionNotReached, "POSITION_NOT_REACHED", kElsewhere, 503, 503},
      {ErrorReason::kPositionTooOld, "POSITION_TOO_OLD", StatusCode::kOutOfRange, 410, 410},
      {ErrorReason::kPositionOfAnotherLog, "POSITION_OF_ANOTHER_LOG", kPrecondition, 412, 412},
      {ErrorReason::kForeignWriter, "FOREIGN_WRITER", kPrecondition, 500, 50001},
      {ErrorReason::kLogReplaced, "LOG_REPLACED", kPrecondition, 500, 50001},
      {ErrorReason::kLogUnavailable, "LOG_UNAVAILABLE", kElsewhere, 500, 50001},
      {ErrorReason::kLogLocked, "LOG_LOCKED", kPrecondition, 500, 50001},
      {ErrorReason::kElectionMixed, "ELECTION_MIXED", kPrecondition, 500, 50004},
      {ErrorReason::kDuplicateNodeId, "DUPLICATE_NODE_ID", kPrecondition, 500, 50004},
      {ErrorReason::kOverloaded, "OVERLOADED", StatusCode::kResourceExhausted, 429, 429},
      {ErrorReason::kRequestInvalid, "REQUEST_INVALID", kInvalid, 400, 400},
      {ErrorReason::kNotReady, "NOT_READY", kElsewhere, 503, 503},
      {ErrorReason::kShuttingDown, "SHUTTING_DOWN", kElsewhere, 503, 503},
      {ErrorReason::kDeadlineExceeded, "DEADLINE_EXCEEDED", StatusCode::kDeadlineExceeded, 504, 504},
      {ErrorReason::kConfigurationInvalid, "CONFIGURATION_INVALID", kPrecondition, 500, 500},
      {ErrorReason::kPermissionDenied, "PERMISSION_DENIED", StatusCode::kPermissionDenied, 403, 40301},
      {ErrorReason::kUnauthenticated, "UNAUTHENTICATED", StatusCode::kUnauthenticated, 401, 401},
      {ErrorReason::kInternal, "INTERNAL", StatusCode::kInternal, 500, 500},
      {ErrorReason::kNodeNotFound, "NODE_NOT_FOUND", StatusCode::kNotFound, 404, 404},
      {ErrorReason::kNotEligible, "NOT_ELIGIBLE", kPrecondition, 409, 409},
      {ErrorReason::kModeNotFound, "MODE_NOT_FOUND", StatusCode::kNotFound, 404, 40409},
      {ErrorReason::kModeInvalid, "MODE_INVALID", kInvalid, 422, 42204},
      {ErrorReason::kIdMismatch, "ID_MISMATCH", kPrecondition, 422, 42207},
      {ErrorReason::kRuleSetInvalid, "RULE_SET_INVALID", kInvalid, 422, 42210},
      {ErrorReason::kContextNotEmpty, "CONTEXT_NOT_EMPTY", kPrecondition, 422, 42211},
      {ErrorReason::kAssociationNotFound, "ASSOCIATION_NOT_FOUND", StatusCode::kNotFound, 404, 40410},
      {ErrorReason::kTooManyAssociations, "TOO_MANY_ASSOCIATIONS", kPrecondition, 409, 40902},
      {ErrorReason::kResourceAssociated, "RESOURCE_ASSOCIATED", kPrecondition, 409, 40903},
      {ErrorReason::kSubjectAssociated, "SUBJECT_ASSOCIATED", kPrecondition, 409, 40904},
      {ErrorReason::kNoActiveVersion, "NO_ACTIVE_VERSION", kPrecondition, 409, 40905},
      {ErrorReason::kAssociationFrozen, "ASSOCIATION_FROZEN", kPrecondition, 409, 40907},
      {ErrorReason::kResourceMismatch, "RESOURCE_MISMATCH", kPrecondition, 409, 40908},
      {ErrorReason::kAssociationInvalid, "ASSOCIATION_INVALID", kInvalid, 422, 42212},
  };
}

absl::string_view View(std::string_view text) { return absl::string_view(text.data(), text.size()); }

// The payload never leaves the process; its form may change at will. Numbers are base-128 varints, texts carry their
// length in front.
constexpr char kPayloadUrl[] = "type.regent/error";

class Writer {
 public:
  void Number(int64_t number) {
    auto rest = static_cast<uint64_t>(number);
    for (; rest >= 0x80; rest >>= 7) out_.push_back(static_cast<char>(rest | 0x80));
    out_.push_back(static_cast<char>(rest));
  }
  void Text(std::string_view text) {
    Number(static_cast<int64_t>(text.size()));
    out_.append(text);
  }
  void Write(const Subject& subject) {
    Text(subject.context);
    Text(subject.name);
  }
  void Write(const Difference& difference) {
    Text(difference.type);
    Text(difference.path);
    Text(difference.detail);
    Text(difference.message);
    Text(difference.fix);
    Number(static_cast<int>(difference.breaks));
    Text(difference.old_snippet);
    Text(difference.new_snippet);
  }
  void Write(const CompatibilityReport& report) {
    Number(static_cast<int>(report.level));
    Number(report.compatible);
    Number(static_cast<int64_t>(report.versions.size()));
    for (const VersionReport& version : report.versions) {
      Number(version.version.value());
      Number(version.truncated);
      Number(static_cast<int64_t>(version.differences.size()));
      for (const Difference& difference : version.differences) Write(difference);
    }
  }
  void Write(const ErrorDetail& detail) {
    Number(detail.subject.has_value());
    if (detail.subject) Write(*detail.subject);
    Number(detail.version.value());
    Number(detail.id.value());
    Number(static_cast<int64_t>(detail.referrers.size()));
    for (const auto& referrer : detail.referrers) {
      Write(referrer.subject);
      Number(referrer.version.value());
    }
    Number(detail.line);
    Number(detail.column);
    Text(detail.path);
    Number(detail.report.has_value());
    if (detail.report) Write(*detail.report);
  }
  std::string Take() && { return std::move(out_); }

 private:
  std::string out_;
};

// Reads what Writer wrote; after the first piece that is not there, everything is empty and ok() false.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  bool ok() const { return ok_; }

  int64_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (in_.empty()) return Fail();
      const auto byte = static_cast<uint8_t>(in_.front());
      in_.remove_prefix(1);
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return static_cast<int64_t>(number);
    }
    return Fail();
  }
  std::string Text() {
    const auto size = static_cast<uint64_t>(Number());
    if (size > in_.size()) {
      Fail();
      return "";
    }
    std::string text(in_.substr(0, size));
    in_.remove_prefix(size);
    return text;
  }
  // An enum's value, clamped into its range.
  template <typename Enum>
  Enum Choice(Enum last) {
    const int64_t number = Number();
    if (number < 0 || number > static_cast<int>(last)) Fail();
    return ok_ ? static_cast<Enum>(number) : Enum{};
  }
  Subject ReadSubject() {
    std::string context = Text();
    return Subject(std::move(context), Text());
  }
  Version ReadVersion() { return Version(static_cast<int32_t>(Number())); }
  Difference ReadDifference() {
    Difference difference;
    difference.type = Text();
    difference.path = Text();
    difference.detail = Text();
    difference.message = Text();
    difference.fix = Text();
    difference.breaks = Choice(Difference::Breaks::kOldReader);
    difference.old_snippet = Text();
    difference.new_snippet = Text();
    return difference;
  }
  CompatibilityReport ReadReport() {
    CompatibilityReport report;
    report.level = Choice(CompatibilityLevel::kFullTransitive);
    report.compatible = Number() != 0;
    for (int64_t count = Number(); ok_ && count > 0; --count) {
      VersionReport& version = report.versions.emplace_back();
      version.version = ReadVersion();
      version.truncated = Number() != 0;
      for (int64_t differences = Number(); ok_ && differences > 0; --differences) {
        version.differences.push_back(ReadDifference());
      }
    }
    return report;
  }
  ErrorDetail ReadDetail() {
    ErrorDetail detail;
    if (Number() != 0) detail.subject = ReadSubject();
    detail.version = ReadVersion();
    detail.id = SchemaId(static_cast<int32_t>(Number()));
    for (int64_t count = Number(); ok_ && count > 0; --count) {
      Subject subject = ReadSubject();
      detail.referrers.push_back({std::move(subject), ReadVersion()});
    }
    detail.line = static_cast<int>(Number());
    detail.column = static_cast<int>(Number());
    detail.path = Text();
    if (Number() != 0) detail.report = ReadReport();
    return detail;
  }

 private:
  int64_t Fail() {
    ok_ = false;
    in_ = {};
    return 0;
  }
  std::string_view in_;
  bool ok_ = true;
};

std::optional<std::string> PayloadOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

absl::Status AboutSubject(ErrorReason reason, const Subject& subject, std::string_view message) {
  ErrorDetail detail;
  detail.subject = subject;
  return MakeError(reason, message, detail);
}

absl::Status AboutVersion(ErrorReason reason, const Subject& subject, Version version, std::string_view message) {
  ErrorDetail detail;
  detail.subject = subject;
  detail.version = version;
  return MakeError(reason, message, detail);
}

absl::Status AboutText(ErrorReason reason, std::string_view what, std::string_view where, int line, int column) {
  std::string message(what);
  if (!where.empty()) absl::StrAppend(&message, " at ", View(where));
  if (line > 0) absl::StrAppend(&message, where.empty() ? " at" : ",", " line ", line);
  if (line > 0 && column > 0) absl::StrAppend(&message, " column ", column);
  ErrorDetail detail;
  detail.path = std::string(where);
  detail.line = line;
  detail.column = column;
  return MakeError(reason, message, detail);
}

}  // namespace

const std::vector<ErrorRow>& ErrorTable() {
  static const std::vector<ErrorRow>* const table = NewTable();
  return *table;
}

const ErrorRow& RowOf(ErrorReason reason) {
  const std::vector<ErrorRow>& table = ErrorTable();
  const auto index = static_cast<size_t>(reason);
  // A number that a newer peer sent is an internal error to us.
  return table[index < table.size() ? index : static_cast<size_t>(ErrorReason::kInternal)];
}

absl::Status MakeError(ErrorReason reason, std::string_view message) { return MakeError(reason, message, {}); }

absl::Status MakeError(ErrorReason reason, std::string_view message, const ErrorDetail& detail) {
  absl::Status status(RowOf(reason).code, View(message));
  Writer writer;
  writer.Number(static_cast<int>(RowOf(reason).reason));
  writer.Write(detail);
  status.SetPayload(kPayloadUrl, absl::Cord(std::move(writer).Take()));
  return status;
}

ErrorReason ReasonOf(const absl::Status& status) {
  if (status.ok()) return ErrorReason::kUnspecified;
  const std::optional<std::string> payload = PayloadOf(status);
  if (!payload) return ErrorReason::kInternal;
  Reader reader(*payload);
  const auto reason = reader.Choice(ErrorTable().back().reason);
  return reader.ok() ? reason : ErrorReason::kInternal;
}

ErrorDetail DetailOf(const absl::Status& status) {
  const std::optional<std::string> payload = PayloadOf(status);
  if (!payload) return {};
  Reader reader(*payload);
  reader.Number();
  ErrorDetail detail = reader.ReadDetail();
  return reader.ok() ? detail : ErrorDetail();
}

namespace errors {

absl::Status SubjectNotFound(const Subject& subject) {
  return AboutSubject(ErrorReason::kSubjectNotFound, subject,
                      absl::StrCat("Subject '", subject.Qualified(), "' not found."));
}

absl::Status VersionNotFound(const Subject& subject, Version version) {
  return AboutVersion(ErrorReason::kVersionNotFound, subject, version,
                      absl::StrCat("Version ", version.value(), " not found."));
}

absl::Status SchemaNotFound(SchemaId id) {
  ErrorDetail detail;
  detail.id = id;
  return MakeError(ErrorReason::kSchemaNotFound, absl::StrCat("Schema ", id.value(), " not found"), detail);
}

absl::Status SchemaNotFound() { return MakeError(ErrorReason::kSchemaNotFound, "Schema not found"); }

absl::Status SchemaInvalid(std::string_view what, std::string_view where, int line, int column) {
  return AboutText(ErrorReason::kSchemaInvalid, what, where, line, column);
}

absl::Status SchemaTooComplex(std::string_view what, std::string_view where) {
  return AboutText(ErrorReason::kSchemaTooComplex, what, where, 0, 0);
}

absl::Status RequestInvalid(std::string_view field, std::string_view what) {
  ErrorDetail detail;
  detail.path = std::string(field);
  return MakeError(ErrorReason::kRequestInvalid, absl::StrCat(View(field), ": ", View(what)), detail);
}

}  // namespace errors

}  // namespace regent
