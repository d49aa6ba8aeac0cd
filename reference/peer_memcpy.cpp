#include <cstring>

#include "pipeline/error.hpp"
#include "reference/peers.hpp"

namespace rowcast::reference {

namespace {

class PeerMemcpy final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "peer-memcpy"; }
    std::string_view description() const noexcept override {
        return "copies each row as it is: no transformation, the roof of all";
    }
    bool answers(const Plan& /*plan*/) const noexcept override { return false; }

    kernels::BatchStatus transform_rows(const Root& /*root*/, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        kernels::Output& output = workspace.output;
        for (std::size_t index = 0; index != rows.size(); ++index) {
            const kernels::Row& row = rows[index];
            const ErrorCode code = kernels::ensure_room(output, row.size + 1);
            if (code != ErrorCode::kOk) {
                return {index, {code, 0}};
            }
            if (index != 0) {
                *output.cursor++ = ',';
            }
            if (row.size != 0) {
                std::memcpy(output.cursor, row.data, row.size);
                output.cursor += row.size;
            }
        }
        return {rows.size(), {ErrorCode::kOk, 0}};
    }
};

}  // namespace

const Implementation& peer_memcpy() noexcept {
    static const PeerMemcpy kImplementation;
    return kImplementation;
}

}  // namespace rowcast::reference
