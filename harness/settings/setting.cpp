#include "harness/settings/setting.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include <fmt/format.h>

#include "pipeline/error.hpp"
#include "pipeline/request.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::settings {

SettingKey catalogue_setting(const workloads::Workload& workload, workloads::Layout layout,
                             Scenario scenario) {
    return {.workload = &workload,
            .layout = layout,
            .scenario = scenario,
            .rows = workload.default_rows,
            .documents = floor_power_of_two(workload.documents)};
}

std::string setting_name(const SettingKey& key) {
    return fmt::format("{}/{}/{}", key.workload->name, workloads::layout_name(key.layout),
                       scenario_name(key.scenario));
}

std::size_t floor_power_of_two(std::size_t count) noexcept {
    return count == 0 ? 1 : std::bit_floor(count);
}

DocumentSet::DocumentSet(const workloads::Workload& workload, workloads::Layout layout,
                         std::size_t rows, std::size_t documents) {
    for (std::size_t index = 0; index < documents; ++index) {
        texts_.push_back(workload.generate(layout, index + 1, rows));
    }
    const workloads::KnownDocument* known = workloads::known_document(workload.name, layout);
    if (known != nullptr && rows == workload.default_rows &&
        workloads::content_hash(texts_.front().text) != known->hash) {
        throw std::runtime_error(fmt::format(
            "the generated text of {} differs from the hash in the repository", workload.name));
    }
    for (const workloads::Document& text : texts_) {
        PreparedDocument& prepared = prepared_.emplace_back();
        prepared.rows = cases::rows_of(text);
        prepared.bytes = text.row_bytes();
    }
}

double DocumentSet::bytes_of_calls(std::uint64_t calls) const noexcept {
    double bytes = 0.0;
    for (std::size_t index = 0; index < prepared_.size(); ++index) {
        const std::uint64_t cycles = (calls + prepared_.size() - 1 - index) / prepared_.size();
        bytes += static_cast<double>(cycles) * static_cast<double>(prepared_[index].bytes);
    }
    return bytes;
}

double DocumentSet::mean_bytes() const noexcept {
    return bytes_of_calls(prepared_.size()) / static_cast<double>(prepared_.size());
}

Setting::Setting(const SettingKey& key, std::shared_ptr<const DocumentSet> documents)
    : key_(key), documents_(std::move(documents)), expected_(documents_->documents().size()) {
    auto schema = parse_schema(*key.workload);
    if (!schema) {
        throw std::runtime_error("the schema does not compile: " + schema.error().message);
    }
    schema_ = *schema;
    auto plan = compile_plan(*key.workload, schema_, key.scenario);
    if (!plan) {
        throw std::runtime_error("the plan does not compile: " + plan.error().message);
    }
    plan_ = *plan;
}

const std::string& Setting::expected(std::size_t document) {
    std::optional<std::string>& known = expected_[document];
    if (!known) {
        Request request(reference::nlohmann());
        if (!request.run(*plan_, documents_->documents()[document].rows)) {
            const Error& error = request.error();
            throw std::runtime_error(
                fmt::format("the reference refuses document {}: row {}, byte {}: {}", document,
                            error.row, error.byte, message(error.code)));
        }
        known = std::string(request.response());
    }
    return *known;
}

std::shared_ptr<Setting> SettingCache::get(const SettingKey& key) {
    constexpr std::size_t kKept = 2;
    for (const auto& setting : settings_) {
        if (setting->key() == key) {
            return setting;
        }
    }
    SettingKey documents_key = key;
    documents_key.scenario = Scenario::kAll;
    std::shared_ptr<const DocumentSet> documents;
    for (const KeptDocuments& kept : documents_) {
        if (kept.key == documents_key) {
            documents = kept.documents;
        }
    }
    if (settings_.size() == kKept) {
        settings_.pop_front();
    }
    if (documents == nullptr) {
        if (documents_.size() == kKept) {
            documents_.pop_front();
        }
        documents =
            std::make_shared<DocumentSet>(*key.workload, key.layout, key.rows, key.documents);
        documents_.push_back({.key = documents_key, .documents = documents});
    }
    settings_.push_back(std::make_shared<Setting>(key, std::move(documents)));
    return settings_.back();
}

}  // namespace rowcast::settings
