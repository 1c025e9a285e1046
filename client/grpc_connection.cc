#include "client/grpc_connection.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/error_reason.h"
#include "client/convert/error.h"
#include "client/convert/model.h"
#include "client/convert/request.h"
#include "client/deadline.h"
#include "client/endpoints.h"
#include "client/grpc_candidate.h"
#include "client/methods.h"
#include "client/request_id.h"
#include "client/resolver.h"
#include "client/resuming_stream.h"
#include "client/watch_call.h"
#include "client/write_position.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "regent/v1/subject_admin.grpc.pb.h"

namespace regent::client {
namespace {

using RegistryStub = v1::SchemaRegistry::Stub;
using AdminStub = v1::SubjectAdmin::Stub;

// A server in doubt may take so long to say that it serves.
constexpr std::chrono::milliseconds kProbeTimeout{1000};

class GrpcConnection : public RegistryConnection, public std::enable_shared_from_this<GrpcConnection> {
 public:
  explicit GrpcConnection(GrpcConnectionOptions options)
      : options_(std::move(options)),
        failover_(options_.failover, SystemClock(),
                  [](std::chrono::milliseconds wait) { std::this_thread::sleep_for(wait); }),
        directory_(RankedEndpoints(options_), options_.directory, World(), &failover_) {
    directory_.Start();
  }

  absl::StatusOr<RegisterSchemaResult> RegisterSchema(const CallOptions& options,
                                                      const RegisterSchemaRequest& request) override {
    const auto answer = Call(options, Method::kRegisterSchema, &GrpcLink::registry, &RegistryStub::RegisterSchema,
                             ToProto(request, IdOf(options)), v1::RegisterSchemaResponse());
    if (!answer.ok()) return answer.status();
    written_.Advance(FromProto(answer->result()).position);
    absl::StatusOr<SchemaVersion> registered = FromProto(answer->schema_version());
    if (!registered.ok()) return registered.status();
    return RegisterSchemaResult{FromProto(answer->result()), *std::move(registered)};
  }

  absl::StatusOr<SchemaVersion> LookupSchema(const CallOptions& options, const LookupSchemaRequest& request) override {
    return Convert(Call(options, Method::kLookupSchema, &GrpcLink::registry, &RegistryStub::LookupSchema,
                        ToProto(request), v1::SchemaVersion()));
  }

  absl::StatusOr<StoredSchemaPtr> GetSchema(const CallOptions& options, const GetSchemaRequest& request) override {
    const auto answer = Call(options, Method::kGetSchema, &GrpcLink::registry, &RegistryStub::GetSchema,
                             ToProto(request), v1::StoredSchema());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<SchemaVersion> GetSchemaVersion(const CallOptions& options,
                                                 const GetSchemaVersionRequest& request) override {
    return Convert(Call(options, Method::kGetSchemaVersion, &GrpcLink::registry, &RegistryStub::GetSchemaVersion,
                        ToProto(request), v1::SchemaVersion()));
  }

  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CallOptions& options,
                                                         const CheckCompatibilityRequest& request) override {
    const auto answer = Call(options, Method::kCheckCompatibility, &GrpcLink::registry,
                             &RegistryStub::CheckCompatibility, ToProto(request), v1::CompatibilityReport());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<SubjectPage> ListSubjects(const CallOptions& options, const ListSubjectsRequest& request) override {
    const auto answer = Call(options, Method::kListSubjects, &GrpcLink::registry, &RegistryStub::ListSubjects,
                             ToProto(request), v1::ListSubjectsResponse());
    if (!answer.ok()) return answer.status();
    SubjectPage page;
    for (const v1::SubjectRef& subject : answer->subjects()) page.subjects.push_back(FromProto(subject));
    page.next_page_token = answer->next_page_token();
    return page;
  }

  absl::StatusOr<VersionPage> ListVersions(const CallOptions& options, const ListVersionsRequest& request) override {
    const auto answer = Call(options, Method::kListVersions, &GrpcLink::registry, &RegistryStub::ListVersions,
                             ToProto(request), v1::ListVersionsResponse());
    if (!answer.ok()) return answer.status();
    VersionPage page;
    for (const v1::VersionSummary& proto : answer->versions()) {
      const absl::StatusOr<VersionSummary> version = FromProto(proto);
      if (!version.ok()) return version.status();
      page.versions.push_back(*version);
    }
    page.next_page_token = answer->next_page_token();
    return page;
  }

  absl::StatusOr<DeleteResult> DeleteVersion(const CallOptions& options, const DeleteVersionRequest& request) override {
    const auto answer = Call(options, Method::kDeleteVersion, &GrpcLink::admin, &AdminStub::DeleteVersion,
                             ToProto(request, IdOf(options)), v1::DeleteVersionResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), {Version(answer->version())}});
  }

  absl::StatusOr<DeleteResult> DeleteSubject(const CallOptions& options, const DeleteSubjectRequest& request) override {
    const auto answer = Call(options, Method::kDeleteSubject, &GrpcLink::admin, &AdminStub::DeleteSubject,
                             ToProto(request, IdOf(options)), v1::DeleteSubjectResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), VersionsOf(answer->versions())});
  }

  absl::StatusOr<SubjectConfig> GetConfig(const CallOptions& options, const GetConfigRequest& request) override {
    const auto answer = Call(options, Method::kGetConfig, &GrpcLink::admin, &AdminStub::GetConfig, ToProto(request),
                             v1::SubjectConfig());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<ConfigResult> UpdateConfig(const CallOptions& options, const UpdateConfigRequest& request) override {
    const auto answer = Call(options, Method::kUpdateConfig, &GrpcLink::admin, &AdminStub::UpdateConfig,
                             ToProto(request, IdOf(options)), v1::UpdateConfigResponse());
    if (!answer.ok()) return answer.status();
    written_.Advance(FromProto(answer->result()).position);
    return ConfigResult{FromProto(answer->result()), FromProto(answer->config())};
  }

  absl::StatusOr<ConfigResult> DeleteConfig(const CallOptions& options, const DeleteConfigRequest& request) override {
    const auto answer = Call(options, Method::kDeleteConfig, &GrpcLink::admin, &AdminStub::DeleteConfig,
                             ToProto(request, IdOf(options)), v1::DeleteConfigResponse());
    if (!answer.ok()) return answer.status();
    written_.Advance(FromProto(answer->result()).position);
    return ConfigResult{FromProto(answer->result()), FromProto(answer->config())};
  }

  absl::StatusOr<BatchRegisterResult> BatchRegisterSchemas(const CallOptions& options,
                                                           const BatchRegisterRequest& request) override {
    const auto answer =
        Call(options, Method::kBatchRegisterSchemas, &GrpcLink::registry, &RegistryStub::BatchRegisterSchemas,
             ToProto(request, IdOf(options)), v1::BatchRegisterSchemasResponse());
    if (!answer.ok()) return answer.status();
    BatchRegisterResult results;
    for (const v1::BatchRegisterSchemasResult& item : answer->results()) results.push_back(FromBatch(item));
    if (results.size() != request.requests.size()) {
      return MakeError(ErrorReason::kInternal, "the server answered " + std::to_string(results.size()) + " of " +
                                                   std::to_string(request.requests.size()) + " registrations");
    }
    return results;
  }

  absl::StatusOr<SchemaVersion> FindLatestVersion(const CallOptions& options,
                                                  const FindLatestVersionRequest& request) override {
    const auto answer = Call(options, Method::kFindLatestVersion, &GrpcLink::registry, &RegistryStub::FindLatestVersion,
                             ToProto(request), v1::SchemaVersion());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<SchemaPage> ListSchemas(const CallOptions& options, const ListSchemasRequest& request) override {
    const auto answer = Call(options, Method::kListSchemas, &GrpcLink::registry, &RegistryStub::ListSchemas,
                             ToProto(request), v1::ListSchemasResponse());
    if (!answer.ok()) return answer.status();
    SchemaPage page;
    for (const v1::SchemaVersion& proto : answer->versions()) {
      absl::StatusOr<SchemaVersion> version = FromProto(proto);
      if (!version.ok()) return version.status();
      page.versions.push_back(*std::move(version));
    }
    page.next_page_token = answer->next_page_token();
    return page;
  }

  absl::StatusOr<std::vector<SchemaUse>> ListReferrers(const CallOptions& options,
                                                       const ListReferrersRequest& request) override {
    const auto answer = Call(options, Method::kListReferrers, &GrpcLink::registry, &RegistryStub::ListReferrers,
                             ToProto(request), v1::ListReferrersResponse());
    if (!answer.ok()) return answer.status();
    std::vector<SchemaUse> uses;
    for (const v1::SchemaUse& use : answer->referrers()) uses.push_back(FromProto(use));
    return uses;
  }

  absl::StatusOr<std::vector<SchemaUse>> ListSchemaUses(const CallOptions& options,
                                                        const ListSchemaUsesRequest& request) override {
    const auto answer = Call(options, Method::kListSchemaUses, &GrpcLink::registry, &RegistryStub::ListSchemaUses,
                             ToProto(request), v1::ListSchemaUsesResponse());
    if (!answer.ok()) return answer.status();
    std::vector<SchemaUse> uses;
    for (const v1::SchemaUse& use : answer->uses()) uses.push_back(FromProto(use));
    return uses;
  }

  absl::StatusOr<DeleteResult> UndeleteVersion(const CallOptions& options,
                                               const UndeleteVersionRequest& request) override {
    const auto answer = Call(options, Method::kUndeleteVersion, &GrpcLink::admin, &AdminStub::UndeleteVersion,
                             ToProto(request, IdOf(options)), v1::UndeleteVersionResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), {Version(answer->version())}});
  }

  absl::StatusOr<DeleteResult> UndeleteSubject(const CallOptions& options,
                                               const UndeleteSubjectRequest& request) override {
    const auto answer = Call(options, Method::kUndeleteSubject, &GrpcLink::admin, &AdminStub::UndeleteSubject,
                             ToProto(request, IdOf(options)), v1::UndeleteSubjectResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), VersionsOf(answer->versions())});
  }

  absl::StatusOr<DeleteResult> PurgeVersion(const CallOptions& options, const PurgeVersionRequest& request) override {
    const auto answer = Call(options, Method::kPurgeVersion, &GrpcLink::admin, &AdminStub::PurgeVersion,
                             ToProto(request, IdOf(options)), v1::PurgeVersionResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), {Version(answer->version())}});
  }

  absl::StatusOr<DeleteResult> PurgeSubject(const CallOptions& options, const PurgeSubjectRequest& request) override {
    const auto answer = Call(options, Method::kPurgeSubject, &GrpcLink::admin, &AdminStub::PurgeSubject,
                             ToProto(request, IdOf(options)), v1::PurgeSubjectResponse());
    if (!answer.ok()) return answer.status();
    return Written(DeleteResult{FromProto(answer->result()), VersionsOf(answer->versions())});
  }

  absl::StatusOr<Mode> GetMode(const CallOptions& options, const GetModeRequest& request) override {
    const auto answer =
        Call(options, Method::kGetMode, &GrpcLink::admin, &AdminStub::GetMode, ToProto(request), v1::GetModeResponse());
    if (!answer.ok()) return answer.status();
    const std::optional<Mode> mode = FromProto(answer->mode());
    if (!mode) return MakeError(ErrorReason::kInternal, "the server's answer lacks a mode that is known here");
    return *mode;
  }

  absl::StatusOr<ModeResult> UpdateMode(const CallOptions& options, const UpdateModeRequest& request) override {
    const auto answer = Call(options, Method::kUpdateMode, &GrpcLink::admin, &AdminStub::UpdateMode,
                             ToProto(request, IdOf(options)), v1::UpdateModeResponse());
    if (!answer.ok()) return answer.status();
    return Written(ModeResult{FromProto(answer->result()), FromProto(answer->mode())});
  }

  absl::StatusOr<ModeResult> DeleteMode(const CallOptions& options, const DeleteModeRequest& request) override {
    const auto answer = Call(options, Method::kDeleteMode, &GrpcLink::admin, &AdminStub::DeleteMode,
                             ToProto(request, IdOf(options)), v1::DeleteModeResponse());
    if (!answer.ok()) return answer.status();
    return Written(ModeResult{FromProto(answer->result()), FromProto(answer->mode())});
  }

  absl::StatusOr<ContextList> ListContexts(const CallOptions& options) override {
    const auto answer =
        Call(options, Method::kListContexts, &GrpcLink::admin, &AdminStub::ListContexts,
             absl::StatusOr<v1::ListContextsRequest>(v1::ListContextsRequest()), v1::ListContextsResponse());
    if (!answer.ok()) return answer.status();
    ContextList list{.names = {answer->contexts().begin(), answer->contexts().end()}, .highest_ids = {}};
    for (const auto& [context, id] : answer->highest_ids()) list.highest_ids[context] = SchemaId(id);
    return list;
  }

  absl::StatusOr<std::vector<Association>> ListAssociations(const CallOptions& options,
                                                            const ListAssociationsRequest& request) override {
    const auto answer = Call(options, Method::kListAssociations, &GrpcLink::admin, &AdminStub::ListAssociations,
                             ToProto(request), v1::ListAssociationsResponse());
    if (!answer.ok()) return answer.status();
    std::vector<Association> associations;
    for (const v1::Association& each : answer->associations()) associations.push_back(FromProto(each));
    return associations;
  }

  absl::StatusOr<AssociateResourceResult> AssociateResource(const CallOptions& options,
                                                            const AssociateResourceRequest& request) override {
    const auto answer = Call(options, Method::kAssociateResource, &GrpcLink::admin, &AdminStub::AssociateResource,
                             ToProto(request, IdOf(options)), v1::AssociateResourceResponse());
    if (!answer.ok()) return answer.status();
    return Written(AssociateResourceResult{FromProto(answer->result()), FromProto(answer->association())});
  }

  absl::StatusOr<WriteResult> DissociateResource(const CallOptions& options,
                                                 const DissociateResourceRequest& request) override {
    const auto answer = Call(options, Method::kDissociateResource, &GrpcLink::admin, &AdminStub::DissociateResource,
                             ToProto(request, IdOf(options)), v1::DissociateResourceResponse());
    if (!answer.ok()) return answer.status();
    written_.Advance(FromProto(answer->result()).position);
    return FromProto(answer->result());
  }

  absl::StatusOr<WriteResult> DeleteContext(const CallOptions& options, const DeleteContextRequest& request) override {
    const auto answer = Call(options, Method::kDeleteContext, &GrpcLink::admin, &AdminStub::DeleteContext,
                             ToProto(request, IdOf(options)), v1::DeleteContextResponse());
    if (!answer.ok()) return answer.status();
    written_.Advance(FromProto(answer->result()).position);
    return FromProto(answer->result());
  }

  absl::StatusOr<std::unique_ptr<ChangeStream>> Watch(const CallOptions& options,
                                                      const WatchRequest& request) override {
    const ResumingStream::Options resuming{.open_timeout = options_.call_timeout};
    auto stream = std::make_unique<ResumingStream>(
        request, resuming, [self = shared_from_this()](const auto& wanted, auto deadline, const auto& cancelled) {
          return self->OpenWatch(wanted, deadline, cancelled);
        });
    const SteadyTime deadline = DeadlineAfter(options.timeout.value_or(options_.call_timeout));
    if (absl::Status status = stream->Start(deadline); !status.ok()) return status;
    return std::unique_ptr<ChangeStream>(std::move(stream));
  }

 private:
  static std::string IdOf(const CallOptions& options) {
    return options.request_id.empty() ? NewRequestId() : options.request_id;
  }

  template <typename Versions>
  static std::vector<Version> VersionsOf(const Versions& numbers) {
    std::vector<Version> versions;
    for (const int32_t number : numbers) versions.emplace_back(number);
    return versions;
  }

  // Later reads see it.
  template <typename Result>
  Result Written(Result result) {
    written_.Advance(result.result.position);
    return result;
  }

  absl::StatusOr<RegisterSchemaResult> FromBatch(const v1::BatchRegisterSchemasResult& item) {
    if (!item.has_response()) {
      const absl::Status error =
          ErrorFromWire(item.status().code(), item.status().message(), item.status().SerializeAsString());
      return error.ok() ? MakeError(ErrorReason::kInternal, "the server's answer lacks an item's outcome") : error;
    }
    absl::StatusOr<SchemaVersion> registered = FromProto(item.response().schema_version());
    if (!registered.ok()) return registered.status();
    return Written(RegisterSchemaResult{FromProto(item.response().result()), *std::move(registered)});
  }

  // One watch at one server. Keeps the connection that it was opened through.
  class Source : public WatchSource {
   public:
    Source(std::shared_ptr<GrpcConnection> connection, std::string server, const GrpcLink& link,
           const v1::WatchChangesRequest& request)
        : connection_(std::move(connection)), server_(std::move(server)), call_(link.channel, request) {}

    // Until the server says something, if only that it took the watch.
    absl::Status AwaitFirst(SteadyTime deadline) {
      first_.emplace();
      switch (call_.Next(deadline, &*first_)) {
        case WatchCall::Wait::kEvent:
          return absl::OkStatus();
        case WatchCall::Wait::kTimeout:
          return absl::DeadlineExceededError(server_ + ": the watch was not taken in time");
        case WatchCall::Wait::kEnded:
          break;
      }
      return Ended();
    }

    absl::StatusOr<WatchEvent> Next(SteadyTime deadline, bool* timed_out) override {
      while (true) {
        v1::WatchEvent proto;
        if (first_) {
          proto.Swap(&*first_);
          first_.reset();
        } else {
          const WatchCall::Wait wait = call_.Next(deadline, &proto);
          *timed_out = wait == WatchCall::Wait::kTimeout;
          if (*timed_out) return absl::DeadlineExceededError("nothing changed");
          if (wait == WatchCall::Wait::kEnded) return Ended();
        }
        absl::StatusOr<std::optional<WatchEvent>> event = FromProto(proto);
        if (!event.ok()) return event.status();
        if (*event) return **std::move(event);
      }
    }
    void Cancel() override { call_.Cancel(); }

   private:
    absl::Status Ended() const {
      const absl::Status status = Translate(server_, call_.status());
      connection_->directory_.Note(/*trouble=*/status.code() == absl::StatusCode::kUnavailable);
      return status.ok() ? absl::UnavailableError(server_ + ": the server ended the watch") : status;
    }

    const std::shared_ptr<GrpcConnection> connection_;
    const std::string server_;  // its name
    WatchCall call_;
    std::optional<v1::WatchEvent> first_;
  };

  absl::StatusOr<std::unique_ptr<WatchSource>> OpenWatch(const WatchRequest& request, SteadyTime deadline,
                                                         const std::atomic<bool>& cancelled) {
    const absl::StatusOr<v1::WatchChangesRequest> proto = ToProto(request);
    if (!proto.ok()) return proto.status();
    if (!directory_.WaitUntilKnown(deadline)) return Unresolved();
    std::unique_ptr<WatchSource> opened;
    const absl::Status status =
        failover_.Run(CallKind::kRead, deadline, [&](Candidate& candidate, SteadyTime attempt_deadline) {
          if (cancelled) return Attempt{absl::CancelledError("the watch was cancelled")};
          auto& server = static_cast<GrpcCandidate&>(candidate);
          auto link = server.Connect(std::min(attempt_deadline, DeadlineAfter(options_.connect_timeout)));
          if (!link.ok()) {
            directory_.Note(/*trouble=*/true);
            return Attempt{link.status(), /*sent=*/false};
          }
          auto source = std::make_unique<Source>(shared_from_this(), server.name(), **link, *proto);
          const absl::Status first = source->AwaitFirst(attempt_deadline);
          if (first.ok()) opened = std::move(source);
          return Attempt{first};
        });
    if (!status.ok()) return status;
    return opened;
  }

  static absl::StatusOr<SchemaVersion> Convert(const absl::StatusOr<v1::SchemaVersion>& answer) {
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  static std::vector<RankedEndpoint> RankedEndpoints(const GrpcConnectionOptions& options) {
    std::vector<RankedEndpoint> ranked;
    for (const std::string& endpoint : options.endpoints) ranked.push_back({endpoint, 0});
    for (size_t site = 0; site < options.other_sites.size(); ++site) {
      for (const std::string& endpoint : options.other_sites[site]) {
        ranked.push_back({endpoint, static_cast<int>(site) + 1});
      }
    }
    return ranked;
  }

  ServerDirectory::World World() const {
    ServerDirectory::World world;
    world.resolve = [this](const std::string& endpoint) {
      return options_.resolve ? options_.resolve(endpoint) : ResolveEndpoint(endpoint);
    };
    const ChannelOptions channel{options_.registry_id, options_.connect_timeout, options_.message_bytes_max,
                                 options_.tls};
    world.make = [channel](const std::string& endpoint, const std::string& address, int rank) {
      return std::make_shared<GrpcCandidate>(endpoint, address, rank, channel);
    };
    world.probe = [](const std::vector<CandidatePtr>& candidates) { return ProbeHealth(candidates, kProbeTimeout); };
    world.discover = [this](const std::vector<CandidatePtr>& candidates) {
      return options_.discover ? DiscoverNodes(candidates, kProbeTimeout) : std::vector<std::string>();
    };
    return world;
  }

  // One call; a read that asks for what this connection wrote.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(const CallOptions& options, Method method, const std::unique_ptr<Stub> GrpcLink::*stub,
                                grpc::Status (Stub::*function)(grpc::ClientContext*, const Request&, Response*),
                                absl::StatusOr<Request> request, Response response) {
    if (!request.ok()) return request.status();
    const SteadyTime deadline = DeadlineAfter(options.timeout.value_or(options_.call_timeout));
    if constexpr (requires { request->mutable_read_options(); }) {
      const Position own = options_.read_your_writes ? written_.Get() : Position();
      if (options.linearizable) request->mutable_read_options()->set_consistency(v1::CONSISTENCY_LINEARIZABLE);
      if (options.min_position) {
        ToProto(*options.min_position, request->mutable_read_options()->mutable_min_position());
      } else if (!own.log_id.empty()) {
        ToProto(own, request->mutable_read_options()->mutable_min_position());
        absl::StatusOr<Response> answer = Send(deadline, method, stub, function, *request, response);
        if (ReasonOf(answer.status()) != ErrorReason::kPositionOfAnotherLog) return answer;
        // The log was replaced: what was written to the old one is as gone for this connection as for everybody.
        written_.Forget(own);
        request->mutable_read_options()->clear_min_position();
      }
    }
    return Send(deadline, method, stub, function, *request, std::move(response));
  }

  // One call, at as many servers as it takes. `stub` and `function` say how; `response` is only there for its type.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Send(SteadyTime deadline, Method method, const std::unique_ptr<Stub> GrpcLink::*stub,
                                grpc::Status (Stub::*function)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, Response response) {
    if (!directory_.WaitUntilKnown(deadline)) return Unresolved();
    const absl::Status status =
        failover_.Run(KindOf(method), deadline, [&](Candidate& candidate, SteadyTime attempt_deadline) {
          auto& server = static_cast<GrpcCandidate&>(candidate);
          const auto link = server.Connect(std::min(attempt_deadline, DeadlineAfter(options_.connect_timeout)));
          if (!link.ok()) {
            directory_.Note(/*trouble=*/true);
            return Attempt{link.status(), /*sent=*/false};
          }
          grpc::ClientContext context;
          context.set_deadline(ToWall(attempt_deadline));
          response.Clear();
          const grpc::Status answer = (*((**link).*stub).*function)(&context, request, &response);
          directory_.Note(answer.error_code() == grpc::StatusCode::UNAVAILABLE ||
                          answer.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
          return Attempt{Translate(server.name(), answer), /*sent=*/true};
        });
    if (!status.ok()) return status;
    return response;
  }

  absl::Status Unresolved() const {
    std::string names;
    for (const std::string& endpoint : options_.endpoints) names += (names.empty() ? "" : ", ") + endpoint;
    return absl::UnavailableError("the name servers did not answer in time for " + names);
  }

  const GrpcConnectionOptions options_;
  Failover failover_;
  WritePosition written_;
  ServerDirectory directory_;  // its thread ends before the others do
};

}  // namespace

absl::Status GrpcConnectionOptions::Validate() const {
  const auto wrong = [](std::string_view what) {
    return MakeError(ErrorReason::kConfigurationInvalid, "GrpcConnectionOptions: " + std::string(what));
  };
  if (endpoints.empty()) return wrong("endpoints is empty");
  std::vector<std::vector<std::string>> sites = other_sites;
  sites.push_back(endpoints);
  for (const std::vector<std::string>& site : sites) {
    for (const std::string& endpoint : site) {
      if (absl::Status status = CheckEndpoint(endpoint); !status.ok()) return status;
    }
  }
  if (call_timeout.count() <= 0) return wrong("call_timeout is not above zero");
  if (connect_timeout.count() <= 0) return wrong("connect_timeout is not above zero");
  if (failover.rounds_max < 1) return wrong("failover.rounds_max is below 1");
  if (failover.retry_wait.count() < 1) return wrong("failover.retry_wait is below a millisecond");
  if (failover.read_patience.count() < 1) return wrong("failover.read_patience is below a millisecond");
  if (directory.refresh_interval.count() < 1) return wrong("directory.refresh_interval is below a millisecond");
  if (directory.probe_interval.count() < 1) return wrong("directory.probe_interval is below a millisecond");
  if (message_bytes_max < 1) return wrong("message_bytes_max is not above zero");
  if (tls) return tls->Validate();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<RegistryConnection>> MakeGrpcConnection(GrpcConnectionOptions options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  return std::shared_ptr<RegistryConnection>(std::make_shared<GrpcConnection>(std::move(options)));
}

}  // namespace regent::client
