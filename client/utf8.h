// Whether text is UTF-8, asked before it goes into a message: gRPC would fail such a call without saying where.
#pragma once

#include <cstddef>
#include <string_view>

namespace regent::client {

// How many bytes from the start are well-formed UTF-8 (Unicode table 3-7: no surrogates, nothing overlong);
// text.size() when all are.
size_t ValidUtf8Bytes(std::string_view text);

}  // namespace regent::client
