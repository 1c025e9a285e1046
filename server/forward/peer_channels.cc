#include "server/forward/peer_channels.h"

#include <grpcpp/create_channel.h>

#include <algorithm>
#include <utility>

namespace regent {
namespace {

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const std::optional<PeerTls>& tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = tls->authorities;
  options.pem_cert_chain = options.pem_private_key = tls->identity;
  return grpc::SslCredentials(options);
}

}  // namespace

PeerChannels::PeerChannels(Options options) : options_(std::move(options)), credentials_(CredentialsOf(options_.tls)) {}

std::shared_ptr<grpc::Channel> PeerChannels::Connect(const std::string& address) const {
  grpc::ChannelArguments arguments;
  // A channel that is given up shall not live on in a pool of the process.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, static_cast<int>(options_.reconnect_pause_first.count()));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, static_cast<int>(options_.connect_timeout.count()));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, static_cast<int>(options_.reconnect_pause_max.count()));
  // The forwarding registry decides what is repeated, and when.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(address, credentials_, arguments);
}

std::shared_ptr<grpc::Channel> PeerChannels::Get(const std::string& address) {
  std::shared_ptr<grpc::Channel> dropped;  // outside the lock
  std::shared_ptr<grpc::Channel> channel;
  {
    MutexLock lock(&mutex_);
    Entry& entry = channels_[address];
    entry.used = ++clock_;
    if (entry.channel == nullptr) entry.channel = Connect(address);
    channel = entry.channel;
    if (channels_.size() > options_.max_channels) {
      const auto oldest = std::min_element(channels_.begin(), channels_.end(),
                                           [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
      dropped = std::move(oldest->second.channel);
      channels_.erase(oldest);
    }
  }
  channel->GetState(/*try_to_connect=*/true);
  return channel;
}

void PeerChannels::Note(const std::string& address, std::string problem) {
  MutexLock lock(&mutex_);
  const auto found = channels_.find(address);
  if (found != channels_.end()) found->second.problem = std::move(problem);
}

std::string PeerChannels::ProblemOf(const std::string& address) const {
  MutexLock lock(&mutex_);
  const auto found = channels_.find(address);
  return found == channels_.end() ? "" : found->second.problem;
}

size_t PeerChannels::size() const {
  MutexLock lock(&mutex_);
  return channels_.size();
}

}  // namespace regent
