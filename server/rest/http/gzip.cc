#include "server/rest/http/gzip.h"

#include <zlib.h>

#include <array>

#include "base/error_reason.h"

namespace regent {
namespace {

constexpr int kGzipOrZlib = 15 + 32;
constexpr int kGzip = 15 + 16;

absl::Status Broken() {
  return errors::RequestInvalid("body", "is not what Content-Encoding says: broken or cut gzip");
}

}  // namespace

absl::StatusOr<std::string> Inflate(std::string_view compressed, size_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) return MakeError(ErrorReason::kInternal, "zlib has no memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  // Each step costs what it reads and writes, not what was inflated before: a body may have a member every 20 bytes.
  std::array<char, 16 << 10> piece;
  absl::Status status;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    const size_t inflated = piece.size() - stream.avail_out;
    if (out.size() + inflated > max_bytes) {
      status = absl::OutOfRangeError("The inflated body is larger than the limit.");
      break;
    }
    out.append(piece.data(), inflated);
    if (result == Z_STREAM_END && stream.avail_in == 0) break;
    if (result == Z_STREAM_END) {
      if (inflateReset(&stream) == Z_OK) continue;
    }
    const bool stuck = stream.avail_in == 0 && stream.avail_out > 0;
    if (result != Z_OK || stuck) {
      status = Broken();
      break;
    }
  }
  inflateEnd(&stream);
  if (!status.ok()) return status;
  return out;
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  // The fastest level: an answer waits for it.
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? out : "";
}

}  // namespace regent
