#include "harness/count/decode.hpp"

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
    const bool accesses = instruction.meta.category != ZYDIS_CATEGORY_NOP &&
                          instruction.meta.category != ZYDIS_CATEGORY_WIDENOP &&
                          instruction.meta.category != ZYDIS_CATEGORY_PREFETCH;
    for (std::size_t index = 0; index < instruction.operand_count; ++index) {
        const ZydisDecodedOperand& operand = operands[index];
        if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER) {
            read.width = std::max(read.width, width_of(operand.reg.value));
        } else if (accesses && operand.type == ZYDIS_OPERAND_TYPE_MEMORY &&
                   operand.mem.type == ZYDIS_MEMOP_TYPE_MEM) {
            read.loads |= (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
            read.stores |= (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
        }
    }
    return true;
}

}  // namespace

Decoded decode(const std::vector<Edge>& edges, CodeRange own_code) {
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
        if (edge.from >= own_code.begin && edge.from < own_code.end) {
            decoded.instruction_sets[instruction.instruction_set] += edge.times;
        }
    }
    return decoded;
}

#else

const char* decoding_unavailable() noexcept { return "built without Zydis"; }

Decoded decode(const std::vector<Edge>& /*edges*/, CodeRange /*own_code*/) {
    Decoded decoded;
    decoded.error = decoding_unavailable();
    return decoded;
}

#endif

}  // namespace rowcast::count
