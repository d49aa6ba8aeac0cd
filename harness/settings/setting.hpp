#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cases/workload_plan.hpp"
#include "kernels/plan_view.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/schema.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::settings {

using cases::compile_plan;
using cases::kScenarios;
using cases::parse_schema;
using cases::Scenario;
using cases::scenario_name;

// One workload in one layout under one scenario: what the cells of several implementations share.
struct SettingKey {
    const workloads::Workload* workload = nullptr;
    workloads::Layout layout = workloads::Layout::kCompact;
    Scenario scenario = Scenario::kAll;
    std::size_t rows = 0;
    std::size_t documents = 1;  // a power of two

    friend bool operator==(const SettingKey&, const SettingKey&) = default;
};

// The key for the catalogue's own size.
SettingKey catalogue_setting(const workloads::Workload& workload, workloads::Layout layout,
                             Scenario scenario);

// "large/compact/all"
std::string setting_name(const SettingKey& key);

// The largest power of two that is not above `count`; 1 for 0. Documents are cycled through with
// a mask, so that choosing one costs nothing beside a request of 100 ns.
std::size_t floor_power_of_two(std::size_t count) noexcept;

struct PreparedDocument {
    std::vector<kernels::Row> rows;
    std::size_t bytes = 0;  // of the rows
};

// Generated documents with differing seeds, 1 and up.
class DocumentSet {
  public:
    // Throws std::runtime_error if a text is not what the catalogue's hashes say.
    DocumentSet(const workloads::Workload& workload, workloads::Layout layout, std::size_t rows,
                std::size_t documents);

    std::span<const PreparedDocument> documents() const noexcept { return prepared_; }
    // Bytes of the rows of `calls` calls that cycle through the documents from the first one on.
    double bytes_of_calls(std::uint64_t calls) const noexcept;
    double mean_bytes() const noexcept;

  private:
    std::vector<workloads::Document> texts_;
    std::vector<PreparedDocument> prepared_;
};

class Setting {
  public:
    // Throws std::runtime_error.
    Setting(const SettingKey& key, std::shared_ptr<const DocumentSet> documents);

    const SettingKey& key() const noexcept { return key_; }
    const DocumentSet& documents() const noexcept { return *documents_; }
    const std::shared_ptr<const Schema>& schema() const noexcept { return schema_; }
    const Plan& plan() const noexcept { return *plan_; }

    // What the reference answers to a document: made on first use and kept. Throws
    // std::runtime_error where the reference refuses it.
    const std::string& expected(std::size_t document);

  private:
    SettingKey key_;
    std::shared_ptr<const DocumentSet> documents_;
    std::shared_ptr<const Schema> schema_;
    std::shared_ptr<const Plan> plan_;
    std::vector<std::optional<std::string>> expected_;
};

// Keeps the last few settings: cells of one setting follow each other.
class SettingCache {
  public:
    std::shared_ptr<Setting> get(const SettingKey& key);

  private:
    struct KeptDocuments {
        SettingKey key;  // the scenario does not matter
        std::shared_ptr<const DocumentSet> documents;
    };
    std::deque<KeptDocuments> documents_;
    std::deque<std::shared_ptr<Setting>> settings_;
};

}  // namespace rowcast::settings
