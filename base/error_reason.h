// The one table of errors: reason -> canonical status code -> REST status and number.
//
// Every error that leaves a room is an absl::Status made here, so that gRPC, REST and the CLI give the same reason. A
// status carries its reason and an ErrorDetail as a payload; the doors translate them, nobody else looks inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/model.h"

namespace regent {

// The numbers are those of regent.v1.ErrorReason: a test holds the two lists together.
enum class ErrorReason {
  kUnspecified = 0,
  kSubjectNotFound = 1,
  kVersionNotFound = 2,
  kSchemaNotFound = 3,
  kSchemaInvalid = 4,
  kSchemaTooLarge = 5,
  kSchemaTooComplex = 6,
  kSchemaIncompatible = 7,
  kReferenceNotFound = 8,
  kReferenceExists = 9,
  kSubjectSoftDeleted = 10,
  kSubjectNotSoftDeleted = 11,
  kVersionSoftDeleted = 12,
  kVersionNotSoftDeleted = 13,
  kSubjectInvalid = 14,
  kVersionInvalid = 15,
  kConfigNotFound = 16,
  kConfigInvalid = 17,
  kModeForbids = 18,
  kEtagMismatch = 19,
  kNoPrimary = 20,
  kNotPrimary = 21,
  kFenced = 22,
  kOutcomeUnknown = 23,
  kPositionNotReached = 24,
  kPositionTooOld = 25,
  kPositionOfAnotherLog = 26,
  kForeignWriter = 27,
  kLogReplaced = 28,
  kLogUnavailable = 29,
  kLogLocked = 30,
  kElectionMixed = 31,
  kDuplicateNodeId = 32,
  kOverloaded = 33,
  kRequestInvalid = 34,
  kNotReady = 35,
  kShuttingDown = 36,
  kDeadlineExceeded = 37,
  kConfigurationInvalid = 38,
  kPermissionDenied = 39,
  kUnauthenticated = 40,
  kInternal = 41,
  kNodeNotFound = 42,
  kNotEligible = 43,
  kModeNotFound = 44,
  kModeInvalid = 45,
  kIdMismatch = 46,
  kRuleSetInvalid = 47,
  kContextNotEmpty = 48,
  kAssociationNotFound = 49,
  kTooManyAssociations = 50,
  kResourceAssociated = 51,
  kSubjectAssociated = 52,
  kNoActiveVersion = 53,
  kAssociationFrozen = 54,
  kResourceMismatch = 55,
  kAssociationInvalid = 56,
};

struct ErrorRow {
  ErrorReason reason;
  std::string_view name;  // SUBJECT_NOT_FOUND: what ErrorInfo.reason and --output=json carry
  absl::StatusCode code;
  int http_status;
  int rest_code;  // Confluent's error_code; semantics 3.7
};

// Whole, in the order of the enum.
const std::vector<ErrorRow>& ErrorTable();
const ErrorRow& RowOf(ErrorReason reason);

// What an error is about, for callers that act on it. Fields that do not apply stay empty.
struct ErrorDetail {
  std::optional<Subject> subject;
  Version version;
  SchemaId id;
  // Who stands in the way of a delete.
  struct Referrer {
    Subject subject;
    Version version;
    bool operator==(const Referrer&) const = default;
  };
  std::vector<Referrer> referrers;
  // Where in the text a schema is wrong; 1-based, 0 is unknown. `path` is a JSON pointer or the format's own notation.
  int line = 0;
  int column = 0;
  std::string path;
  // With SCHEMA_INCOMPATIBLE.
  std::optional<CompatibilityReport> report;
};

// A status of the table's code whose message is for people.
absl::Status MakeError(ErrorReason reason, std::string_view message);
absl::Status MakeError(ErrorReason reason, std::string_view message, const ErrorDetail& detail);

// kUnspecified for OK and kInternal for a status that did not come from here.
ErrorReason ReasonOf(const absl::Status& status);
ErrorDetail DetailOf(const absl::Status& status);

namespace errors {
absl::Status SubjectNotFound(const Subject& subject);
absl::Status VersionNotFound(const Subject& subject, Version version);
absl::Status SchemaNotFound(SchemaId id);
absl::Status SchemaNotFound();
// `where` is the path in the schema text, e.g. "/fields/3/type"; line and column may be 0.
absl::Status SchemaInvalid(std::string_view what, std::string_view where = "", int line = 0, int column = 0);
absl::Status SchemaTooComplex(std::string_view what, std::string_view where = "");
absl::Status RequestInvalid(std::string_view field, std::string_view what);
}  // namespace errors

}  // namespace regent
