// From the name of a server to the addresses behind it, so that each can be asked, and given up, by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace regent::client {

// The addresses of an endpoint that CheckEndpoint accepts, as numbers and a port ("10.0.0.7:50051", "[::1]:50051"), in
// the order in which the system would try them, each once. What needs no resolving ("unix:path", numbers) is answered
// as it is, and so is everything that goes through an HTTP proxy, which resolves names itself. Empty when the name is
// not known or no name server answers. Blocks for as long as the system's resolver does.
std::vector<std::string> ResolveEndpoint(std::string_view endpoint);

// The target that makes gRPC connect to what ResolveEndpoint answered, and to nothing else.
std::string GrpcTargetOf(std::string_view address);

// True for this machine's own loopback, however it is written.
bool IsLoopback(std::string_view address);

}  // namespace regent::client
