// Record headers as one blob: for each, its name and value, each behind its length in four bytes, big-endian.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/log.h"

namespace regent {

std::string EncodeHeaders(const std::vector<Header>& headers);
// False when the bytes are not what EncodeHeaders made.
bool DecodeHeaders(std::string_view bytes, std::vector<Header>* out);

}  // namespace regent
