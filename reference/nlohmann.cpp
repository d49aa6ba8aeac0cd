#include "reference/nlohmann.hpp"

#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "reference/row_check.hpp"
#include "reference/row_tree.hpp"
#include "reference/row_writer.hpp"

namespace rowcast::reference {

namespace {

class Nlohmann final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "nlohmann"; }
    std::string_view description() const noexcept override {
        return "the reference: a tree made with nlohmann/json's SAX parser, then transformed";
    }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override;
};

kernels::BatchStatus Nlohmann::transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                              const Workspace& workspace) const noexcept {
    std::size_t index = 0;
    // The exceptions of the standard library and of RowWriter end here.
    try {
        RowWriter writer(root, workspace.output);
        RowTree tree;
        std::vector<Token> tokens;
        for (; index < rows.size(); ++index) {
            const std::string_view row(reinterpret_cast<const char*>(rows[index].data),
                                       rows[index].size);
            const kernels::RowStatus status = check_row(row, root.max_depth, tokens);
            if (status.code != ErrorCode::kOk) {
                return {index, status};
            }
            tree.build(row, tokens);
            if (index > 0) {
                writer.append(",");
            }
            writer.write_row(tree);
        }
    } catch (const OutputFailure& failure) {
        return {index, {failure.code, 0}};
    } catch (const std::bad_alloc&) {
        return {index, {ErrorCode::kOutOfMemory, 0}};
    } catch (const std::length_error&) {  // a vector or string beyond its max_size()
        return {index, {ErrorCode::kOutOfMemory, 0}};
    }
    return {index, {ErrorCode::kOk, 0}};
}

}  // namespace

const Implementation& nlohmann() noexcept {
    static const Nlohmann kImplementation;
    return kImplementation;
}

}  // namespace rowcast::reference
