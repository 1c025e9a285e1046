#include "server/convert/position.h"

#include <charconv>

namespace regent {

std::string PositionToText(const Position& position) {
  std::string text = std::to_string(position.offset.value());
  text.append("@").append(position.log_id);
  return text;
}

std::optional<Position> PositionFromText(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at + 1 == text.size()) return std::nullopt;
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + at, offset);
  if (error != std::errc() || end != text.data() + at || offset < kBeforeFirst.value()) return std::nullopt;
  return Position{std::string(text.substr(at + 1)), Offset(offset)};
}

}  // namespace regent
