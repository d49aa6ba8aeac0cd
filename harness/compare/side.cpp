#include "harness/compare/side.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "harness/compare/library.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"

namespace rowcast::compare {
namespace {

class OwnSide final : public Side {
  public:
    OwnSide(const Implementation& implementation, const settings::Setting& setting)
        : request_(implementation),
          plan_(setting.plan()),
          documents_(setting.documents().documents()) {}

    std::string implementation() const override {
        return std::string(request_.implementation().name());
    }
    bool run(std::size_t document) noexcept override {
        return request_.run(plan_, documents_[document].rows);
    }
    std::string_view response() const noexcept override { return request_.response(); }
    std::string error() const override {
        const Error& error = request_.error();
        return fmt::format("row {}, byte {}: {}", error.row, error.byte, message(error.code));
    }

  private:
    Request request_;
    const Plan& plan_;
    std::span<const settings::PreparedDocument> documents_;
};

std::unique_ptr<Side> make_own_side(const SideSpec& spec, const settings::Setting& setting) {
    const auto chosen = choose_implementation(spec.implementation);
    if (!chosen) {
        throw std::runtime_error(chosen.error().message);
    }
    if (!(*chosen)->answers(setting.plan()) && !is_peer(**chosen)) {
        throw std::runtime_error(fmt::format("{} does not answer this plan", (*chosen)->name()));
    }
    return std::make_unique<OwnSide>(**chosen, setting);
}

rowcast_bytes bytes_of(std::string_view text) noexcept { return {text.data(), text.size()}; }

class LibrarySide final : public Side {
  public:
    LibrarySide(const SideSpec& spec, const settings::Setting& setting)
        : library_(spec.library), call_(library_.functions()) {
        try {
            compile(*setting.key().workload, setting.key().scenario);
            check(call_.request_create(spec.implementation.c_str(), nullptr, &request_,
                                       message_.data(), message_.size()));
        } catch (const std::exception& error) {
            release();
            throw std::runtime_error(fmt::format("{}: {}", spec.library, error.what()));
        }
        for (const settings::PreparedDocument& document : setting.documents().documents()) {
            std::vector<rowcast_bytes>& rows = documents_.emplace_back();
            for (const kernels::Row& row : document.rows) {
                rows.push_back({reinterpret_cast<const char*>(row.data), row.size});
            }
        }
    }
    ~LibrarySide() override { release(); }

    std::string implementation() const override { return call_.request_implementation(request_); }
    bool run(std::size_t document) noexcept override {
        const std::vector<rowcast_bytes>& rows = documents_[document];
        return call_.request_run(request_, plan_, rows.data(), rows.size()) == ROWCAST_OK;
    }
    std::string_view response() const noexcept override {
        const rowcast_bytes response = call_.request_response(request_);
        return {response.data, response.size};
    }
    std::string error() const override {
        const rowcast_error error = call_.request_error(request_);
        return fmt::format("row {}, byte {}: {}", error.row, error.byte, error.message);
    }

  private:
    void compile(const workloads::Workload& workload, settings::Scenario scenario) {
        if (!workload.schema.empty()) {
            check(call_.schema_parse(bytes_of(workload.schema), &schema_, message_.data(),
                                     message_.size()));
        }
        rowcast_root root = ROWCAST_ROOT_INIT;
        root.field = bytes_of(workload.field);
        if (workload.single) {
            root.flags |= ROWCAST_SINGLE;
        }
        if (!workload.type.empty()) {
            root.type = bytes_of(workload.type);
        }
        if (scenario == settings::Scenario::kSelect) {
            root.select = bytes_of(workload.select);
        }
        check(call_.plan_compile(&root, 1, schema_, 0, &plan_, message_.data(), message_.size()));
    }
    void check(rowcast_status status) const {
        if (status != ROWCAST_OK) {
            throw std::runtime_error(message_.data());
        }
    }
    void release() noexcept {
        call_.request_free(request_);
        call_.plan_free(plan_);
        call_.schema_free(schema_);
    }

    Library library_;
    const LibraryFunctions& call_;
    rowcast_schema* schema_ = nullptr;
    rowcast_plan* plan_ = nullptr;
    rowcast_request* request_ = nullptr;
    std::vector<std::vector<rowcast_bytes>> documents_;
    std::array<char, 512> message_{};
};

}  // namespace

SideSpec SideSpec::parse(const std::string& text) {
    if (text.find('/') == std::string::npos) {
        return {.library = {}, .implementation = text};
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || text.find('/', colon) != std::string::npos) {
        return {.library = text, .implementation = kAuto};
    }
    return {.library = text.substr(0, colon), .implementation = text.substr(colon + 1)};
}

std::string SideSpec::name() const {
    return library.empty() ? implementation : library + ":" + implementation;
}

measure::Json to_json(const SideSpec& spec) {
    return {{"library", spec.library}, {"implementation", spec.implementation}};
}

SideSpec side_from_json(const measure::Json& json) {
    return {.library = json.at("library").get<std::string>(),
            .implementation = json.at("implementation").get<std::string>()};
}

std::unique_ptr<Side> make_side(const SideSpec& spec, const settings::Setting& setting) {
    if (!spec.library.empty()) {
        return std::make_unique<LibrarySide>(spec, setting);
    }
    return make_own_side(spec, setting);
}

}  // namespace rowcast::compare
