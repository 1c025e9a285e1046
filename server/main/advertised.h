// The addresses under which other nodes and clients are told to reach this one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace regent {

// Of a listener "host:port" that is open: "host:port" for others. `host_name` is host.name; where it is empty and the
// listener takes every address of the machine, `machine_name` is told. A Unix socket has no address for other machines
// and is told as it is.
std::string AdvertisedAddress(std::string_view listener, std::string_view host_name, std::string_view machine_name);

// Whether only this machine reaches `address` ("host:port" or "unix:path").
bool IsLocalAddress(std::string_view address);

// OK unless the node would tell a local address through a Kafka that is elsewhere: the nodes there would forward to
// themselves. `servers` are the brokers, "a:9092,b:9092".
absl::Status CheckAdvertised(std::string_view address, std::string_view servers);

}  // namespace regent
