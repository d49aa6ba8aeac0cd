#include "harness/count/decode.hpp"

#include <link.h>

#include <algorithm>

#if defined(ROWCAST_HAVE_ZYDIS)
#include <Zydis/Zydis.h>
#endif

namespace rowcast::count {

std::string_view width_name(Width width) noexcept {
    switch (width) {
        case Width::kScalar:
            return "scalar";
        case Width::kMask:
            return "mask";
        case Width::kXmm:
            return "xmm";
        case Width::kYmm:
            return "ymm";
        case Width::kZmm:
            break;
    }
    return "zmm";
}

std::vector<CodeRange> c_library_code() {
    std::vector<CodeRange> ranges;
    dl_iterate_phdr(
        [](dl_phdr_info* object, std::size_t /*size*/, void* found) {
            std::string_view name = object->dlpi_name;
            name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
            if (!name.starts_with("libc.") && !name.starts_with("ld-linux")) {
                return 0;
            }
            for (std::size_t index = 0; index < object->dlpi_phnum; ++index) {
                const auto& segment = object->dlpi_phdr[index];
                if (segment.p_type == PT_LOAD) {
                    const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
                    static_cast<std::vector<CodeRange>*>(found)->push_back(
                        {.begin = begin, .end = begin + segment.p_memsz});
                }
            }
            return 0;
        },
        &ranges);
    return ranges;
}

#if defined(ROWCAST_HAVE_ZYDIS)

const char* decoding_unavailable() noexcept { return nullptr; }

namespace {

struct Instruction {
    std::uint64_t length = 0;
    bool loads = false;
    bool stores = false;
    bool branches = false;
    Width width = Width::kScalar;
    const char* instruction_set = "";
};

Width width_of(ZydisRegister name) {
    switch (ZydisRegisterGetClass(name)) {
        case ZYDIS_REGCLASS_MASK:
            return Width::kMask;
        case ZYDIS_REGCLASS_XMM:
            return Width::kXmm;
        case ZYDIS_REGCLASS_YMM:
            return Width::kYmm;
        case ZYDIS_REGCLASS_ZMM:
            return Width::kZmm;
        default:
            return Width::kScalar;
    }
}

// False for bytes that are no instruction.
bool read_instruction(const ZydisDecoder& decoder, std::uintptr_t address, Instruction& read) {
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, reinterpret_cast<const void*>(address),
                                             ZYDIS_MAX_INSTRUCTION_LENGTH, &instruction,
                                             operands))) {
        return false;
    }
    read.length = instruction.length;
    read.instruction_set = ZydisISASetGetString(instruction.meta.isa_set);
    read.branches = instruction.meta.category == ZYDIS_CATEGORY_COND_BR ||
                    instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
                    instruction.meta.category == ZYDIS_CATEGORY_CALL ||
                    instruction.meta.category == ZYDIS_CATEGORY_RET;
    // These name memory and do not touch it, or not for the program.
    const bool accesses = instruction.meta.category != ZYDIS_CATEGORY_WIDENOP &&
                          instruction.meta.category != ZYDIS_CATEGORY_PREFETCH;
    for (std::size_t index = 0; index < instruction.operand_count; ++index) {
        const ZydisDecodedOperand& operand = operands[index];
        if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER) {
            read.width = std::max(read.width, width_of(operand.reg.value));
        } else if (accesses && operand.type == ZYDIS_OPERAND_TYPE_MEMORY &&
                   (operand.mem.type == ZYDIS_MEMOP_TYPE_MEM ||
                    operand.mem.type == ZYDIS_MEMOP_TYPE_VSIB)) {
            read.loads |= (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
            read.stores |= (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
        }
    }
    return true;
}

}  // namespace

Decoded decode(const std::vector<Edge>& edges, std::span<const CodeRange> foreign) {
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    std::map<std::uintptr_t, Instruction> known;
    Decoded decoded;
    for (const Edge& edge : edges) {
        const auto [place, is_new] = known.try_emplace(edge.from);
        Instruction& instruction = place->second;
        if (is_new && !read_instruction(decoder, edge.from, instruction)) {
            decoded.error = "Zydis does not know an instruction that was executed";
            return decoded;
        }
        if (is_unfinished_repeat(edge)) {
            continue;
        }
        decoded.loads += instruction.loads ? edge.times : 0;
        decoded.stores += instruction.stores ? edge.times : 0;
        const bool goes_elsewhere = edge.to != edge.from + instruction.length;
        decoded.taken_branches += instruction.branches && goes_elsewhere ? edge.times : 0;
        decoded.mix[static_cast<std::size_t>(instruction.width)] += edge.times;
        if (std::none_of(foreign.begin(), foreign.end(), [&](const CodeRange& range) {
                return edge.from >= range.begin && edge.from < range.end;
            })) {
            decoded.instruction_sets[instruction.instruction_set] += edge.times;
        }
    }
    return decoded;
}

#else

const char* decoding_unavailable() noexcept { return "built without Zydis"; }

Decoded decode(const std::vector<Edge>& /*edges*/, std::span<const CodeRange> /*foreign*/) {
    Decoded decoded;
    decoded.error = decoding_unavailable();
    return decoded;
}

#endif

}  // namespace rowcast::count
