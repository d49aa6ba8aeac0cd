#pragma once

// What this machine's processor and operating system offer.

#include <span>
#include <string_view>

namespace rowcast::kernels {

// Whether the processor has the feature and the operating system saves its registers. Names are the
// usual lower-case ones ("sse4.2", "avx2", "avx512vbmi2"); unknown names are absent.
bool cpu_has(std::string_view feature) noexcept;

// Every name that cpu_has() knows on this architecture.
std::span<const std::string_view> known_cpu_features() noexcept;

}  // namespace rowcast::kernels
