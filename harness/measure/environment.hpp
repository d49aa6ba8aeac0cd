#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowcast::measure {

// Facts as text, in the order to show them. What cannot be found out is "unknown", never a guess.
using Facts = std::vector<std::pair<std::string, std::string>>;

// The machine and the kernel, read afresh: cpu_model, cpu_features, hypervisor, kernel, governor,
// aslr, affinity, smt, transparent_hugepages, load_average. `root` stands before /proc and /sys,
// for tests.
[[nodiscard]] Facts machine_facts(const std::filesystem::path& root = "/");

// The build: compiler, compiler_flags, build_type, lto, build_id, commit, dirty.
[[nodiscard]] Facts build_facts();

// The running program's ELF build id in hexadecimal, or "unknown".
[[nodiscard]] std::string elf_build_id();

// What the hypervisor calls itself ("KVM", "VMware", ...), "none" on bare metal, or "unknown".
[[nodiscard]] std::string hypervisor();

// A list of processors as the kernel writes it: "0-3,8".
[[nodiscard]] std::string format_cpu_list(const std::vector<int>& cpus);

}  // namespace rowcast::measure
