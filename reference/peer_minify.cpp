#include <simdjson.h>

#include <string>

#include "pipeline/error.hpp"
#include "reference/peers.hpp"
#include "reference/simdjson/choice.hpp"

namespace rowcast::reference {

namespace {

class PeerMinify final : public Implementation {
  public:
    PeerMinify() noexcept
        : chosen_(fastest_to_minify,
                  "simdjson::minify by its kernel {}: no transformation, a roof for whoever has to "
                  "find strings") {}

    std::string_view name() const noexcept override { return "peer-minify"; }
    std::string_view description() const noexcept override { return chosen_.description(); }
    std::span<const std::string_view> required_features() const noexcept override {
        return chosen_.kernel().required_features;
    }
    const char* unsupported_reason() const noexcept override {
        return chosen_.unsupported_reason();
    }
    bool answers(const Plan& /*plan*/) const noexcept override { return false; }

    kernels::BatchStatus transform_rows(const Root& /*root*/, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        const simdjson::implementation& library = simdjson_library(chosen_.kernel());
        kernels::Output& output = workspace.output;
        for (std::size_t index = 0; index != rows.size(); ++index) {
            const kernels::Row& row = rows[index];
            const ErrorCode code =
                kernels::ensure_room(output, row.size + kernels::kOutputSlack + 1);
            if (code != ErrorCode::kOk) {
                return {index, {code, 0}};
            }
            if (index != 0) {
                *output.cursor++ = ',';
            }
            std::size_t size = 0;
            if (library.minify(row.data, row.size, output.cursor, size) != simdjson::SUCCESS) {
                return {index, {ErrorCode::kUnterminatedString, 0}};
            }
            output.cursor += size;
        }
        return {rows.size(), {ErrorCode::kOk, 0}};
    }

  private:
    ChosenKernel chosen_;
};

}  // namespace

const Implementation& peer_minify() noexcept {
    static const PeerMinify kImplementation;
    return kImplementation;
}

}  // namespace rowcast::reference
