#include "server/rest/http/media_type.h"

#include <array>
#include <cstdlib>
#include <string>

#include "server/rest/http/http_message.h"

namespace regent {
namespace {

// In the order in which they are preferred, with the weight that the server itself gives them.
struct Offer {
  std::string_view type;
  double weight;
};
constexpr std::array<Offer, 3> kOffers = {{{kSchemaRegistryV1Json, 1.0}, {kSchemaRegistryJson, 0.9}, {kJson, 0.5}}};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the first piece up to `separator` off.
std::string_view Next(std::string_view* rest, char separator) {
  const size_t end = rest->find(separator);
  const std::string_view piece = Trim(rest->substr(0, end));
  *rest = end == std::string_view::npos ? "" : rest->substr(end + 1);
  return piece;
}

// The q among a range's parameters; 1 where it says nothing.
double Quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = Next(&parameters, ';');
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=') continue;
    const double q = std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
    return q >= 0 && q <= 1 ? q : 0;
  }
  return 1;
}

// How exactly `range` means `type`: 3 by name, 2 as application/*, 1 as */*, 0 not at all.
int Specificity(std::string_view range, std::string_view type) {
  if (EqualsIgnoreCase(range, type)) return 3;
  if (EqualsIgnoreCase(range, "application/*")) return 2;
  return range == "*/*" || range == "*" ? 1 : 0;
}

}  // namespace

bool IsAcceptedContentType(std::string_view content_type) {
  const std::string_view type = Next(&content_type, ';');
  if (type.empty() || EqualsIgnoreCase(type, "application/octet-stream")) return true;
  for (const Offer& offer : kOffers) {
    if (EqualsIgnoreCase(type, offer.type)) return true;
  }
  return false;
}

std::string_view NegotiateMediaType(std::string_view accept) {
  // What most clients send, or leave out.
  if (Trim(accept).empty() || accept == "*/*" || accept == kSchemaRegistryV1Json) return kSchemaRegistryV1Json;
  std::string_view best;
  double best_score = 0;
  for (const Offer& offer : kOffers) {
    double q = 0;
    int exactness = 0;
    for (std::string_view rest = accept; !rest.empty();) {
      std::string_view item = Next(&rest, ',');
      const std::string_view range = Next(&item, ';');
      const int found = Specificity(range, offer.type);
      if (found <= exactness) continue;
      exactness = found;
      q = Quality(item);
    }
    const double score = q + q * offer.weight / 1000;
    if (score > best_score) {
      best_score = score;
      best = offer.type;
    }
  }
  return best;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view item = Next(&accept_encoding, ',');
    const std::string_view coding = Next(&item, ';');
    if (EqualsIgnoreCase(coding, "gzip")) return Quality(item) > 0;
    if (coding == "*") any = Quality(item) > 0;
  }
  return any;
}

}  // namespace regent
