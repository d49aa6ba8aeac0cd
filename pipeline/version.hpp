#pragma once

namespace rowcast {

inline constexpr const char* kVersion = ROWCAST_VERSION;

}  // namespace rowcast
