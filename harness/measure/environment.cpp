#include "harness/measure/environment.hpp"

#include <elf.h>
#include <link.h>
#include <sys/personality.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <fmt/format.h>

#include "harness/measure/affinity.hpp"
#include "harness/measure/build_info.hpp"

namespace rowcast::measure {
namespace {

constexpr const char* kUnknown = "unknown";

std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) && !line.empty() ? line : kUnknown;
}

// The value of the first "key : value" line of /proc/cpuinfo that has one of the keys.
std::string cpuinfo_value(const std::filesystem::path& root,
                          const std::vector<std::string_view>& keys) {
    std::ifstream file(root / "proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        const std::size_t key_end = line.find_last_not_of(" \t", colon == 0 ? 0 : colon - 1);
        const std::string_view key = std::string_view(line).substr(0, key_end + 1);
        const std::size_t value = line.find_first_not_of(" \t", colon + 1);
        if (std::find(keys.begin(), keys.end(), key) != keys.end() && value != std::string::npos) {
            return line.substr(value);
        }
    }
    return kUnknown;
}

// "always [madvise] never" is madvise.
std::string selected_word(const std::string& line) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']');
    return open != std::string::npos && close != std::string::npos && close > open
               ? line.substr(open + 1, close - open - 1)
               : line;
}

std::string aslr(const std::filesystem::path& root) {
    constexpr unsigned long kQueryOnly = 0xffffffffUL;
    const int persona = personality(kQueryOnly);
    if (persona != -1 && (static_cast<unsigned>(persona) & ADDR_NO_RANDOMIZE) != 0) {
        return "off (personality)";
    }
    const std::string setting = first_line(root / "proc/sys/kernel/randomize_va_space");
    if (setting == "2") {
        return "full";
    }
    if (setting == "1") {
        return "partial (without brk)";
    }
    return setting == "0" ? "off" : kUnknown;
}

std::string smt(const std::filesystem::path& root) {
    const std::string active = first_line(root / "sys/devices/system/cpu/smt/active");
    return active == "1" ? "on" : active == "0" ? "off" : kUnknown;
}

std::string load_average(const std::filesystem::path& root) {
    std::istringstream line(first_line(root / "proc/loadavg"));
    std::string one;
    std::string five;
    std::string fifteen;
    return line >> one >> five >> fifteen ? one + " " + five + " " + fifteen : kUnknown;
}

std::string kernel() {
    utsname name{};
    return uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine)
                             : kUnknown;
}

int read_build_id(dl_phdr_info* info, std::size_t /*size*/, void* result) {
    // The first object is the program itself.
    for (int index = 0; index < info->dlpi_phnum; ++index) {
        const ElfW(Phdr)& header = info->dlpi_phdr[index];
        if (header.p_type != PT_NOTE) {
            continue;
        }
        const auto* notes =
            reinterpret_cast<const unsigned char*>(info->dlpi_addr + header.p_vaddr);
        std::size_t offset = 0;
        while (offset + sizeof(ElfW(Nhdr)) <= header.p_memsz) {
            ElfW(Nhdr) note;
            std::memcpy(&note, notes + offset, sizeof note);
            const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
            const std::size_t name = offset + sizeof note;
            const std::size_t description = name + padded(note.n_namesz);
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
                std::memcmp(notes + name, "GNU", 4) == 0) {
                auto& text = *static_cast<std::string*>(result);
                for (std::size_t byte = 0; byte < note.n_descsz; ++byte) {
                    text += fmt::format("{:02x}", notes[description + byte]);
                }
                return 1;
            }
            offset = description + padded(note.n_descsz);
        }
    }
    return 1;
}

}  // namespace

std::string elf_build_id() {
    std::string text;
    dl_iterate_phdr(read_build_id, &text);
    return text.empty() ? kUnknown : text;
}

std::string hypervisor() {
#if defined(__x86_64__)
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    constexpr unsigned kHypervisorBit = 1u << 31u;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) {
        return kUnknown;
    }
    if ((ecx & kHypervisorBit) == 0) {
        return "none";
    }
    __cpuid(0x40000000u, eax, ebx, ecx, edx);
    std::array<char, 13> vendor{};
    std::memcpy(vendor.data(), &ebx, 4);
    std::memcpy(vendor.data() + 4, &ecx, 4);
    std::memcpy(vendor.data() + 8, &edx, 4);
    const std::string_view name(vendor.data());
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKnown = {{
        {"KVMKVMKVM", "KVM"},
        {"VMwareVMware", "VMware"},
        {"Microsoft Hv", "Hyper-V"},
        {"XenVMMXenVMM", "Xen"},
        {"TCGTCGTCGTCG", "QEMU (emulated)"},
    }};
    for (const auto& [id, readable] : kKnown) {
        if (name == id) {
            return std::string(readable);
        }
    }
    return name.empty() ? kUnknown : std::string(name);
#else
    return kUnknown;
#endif
}

std::string format_cpu_list(const std::vector<int>& cpus) {
    std::string text;
    for (std::size_t first = 0; first < cpus.size();) {
        std::size_t last = first;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) {
            ++last;
        }
        text += text.empty() ? "" : ",";
        text += last == first ? fmt::format("{}", cpus[first])
                              : fmt::format("{}-{}", cpus[first], cpus[last]);
        first = last + 1;
    }
    return text.empty() ? kUnknown : text;
}

Facts machine_facts(const std::filesystem::path& root) {
    const std::filesystem::path cpu = root / "sys/devices/system/cpu";
    return {
        {"cpu_model", cpuinfo_value(root, {"model name", "Model", "cpu model"})},
        {"cpu_features", cpuinfo_value(root, {"flags", "Features"})},
        {"hypervisor", hypervisor()},
        {"kernel", kernel()},
        {"governor", first_line(cpu / "cpu0/cpufreq/scaling_governor")},
        {"aslr", aslr(root)},
        {"affinity", format_cpu_list(allowed_cpus())},
        {"smt", smt(root)},
        {"transparent_hugepages",
         selected_word(first_line(root / "sys/kernel/mm/transparent_hugepage/enabled"))},
        {"load_average", load_average(root)},
    };
}

Facts build_facts() {
    const BuildInfo& build = build_info();
    return {
        {"compiler", build.compiler},     {"compiler_flags", build.compiler_flags},
        {"build_type", build.build_type}, {"lto", build.lto},
        {"build_id", elf_build_id()},     {"commit", build.commit},
        {"dirty", build.dirty},
    };
}

}  // namespace rowcast::measure
