#include "base/ids.h"

namespace regent {

Subject Subject::Parse(std::string_view qualified, std::string_view context) {
  if (qualified.substr(0, 2) != ":.") return Subject(std::string(context), std::string(qualified));
  const size_t end = qualified.find(':', 2);
  if (end == std::string_view::npos) return Subject(std::string(qualified.substr(1)), "");
  return Subject(std::string(qualified.substr(1, end - 1)), std::string(qualified.substr(end + 1)));
}

std::string Subject::Qualified() const {
  // A bare name may not look qualified.
  if (context == kDefaultContext && name.substr(0, 2) != ":.") return name;
  std::string out = ":";
  out.append(context).append(":").append(name);
  return out;
}

}  // namespace regent
