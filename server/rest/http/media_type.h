// What bodies are, and what a client wants to see.
#pragma once

#include <string_view>

namespace regent {

inline constexpr std::string_view kSchemaRegistryV1Json = "application/vnd.schemaregistry.v1+json";
inline constexpr std::string_view kSchemaRegistryJson = "application/vnd.schemaregistry+json";
inline constexpr std::string_view kJson = "application/json";

// Whether a request's body may be of this type; its parameters (charset and such) do not count. An absent one is taken
// for application/octet-stream, which is accepted.
bool IsAcceptedContentType(std::string_view content_type);

// The answer's type, by an Accept header: the one of greatest q; among equals, in the order above. Empty when none of
// them is wanted.
std::string_view NegotiateMediaType(std::string_view accept);

// Whether an Accept-Encoding header takes gzip.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace regent
