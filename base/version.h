// Which Regent this is.
#pragma once

namespace regent {

// Raised by the release; there has been none yet.
inline constexpr char kRegentVersion[] = "0.1.0";

}  // namespace regent
