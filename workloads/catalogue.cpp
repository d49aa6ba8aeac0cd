#include "workloads/catalogue.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "workloads/table.hpp"
#include "workloads/tables/articles.hpp"
#include "workloads/tables/blog.hpp"
#include "workloads/tables/customers.hpp"
#include "workloads/tables/orders.hpp"
#include "workloads/tables/samples.hpp"
#include "workloads/tables/users.hpp"

namespace rowcast::workloads {
namespace {

// What a table cannot say about its workload.
struct Entry {
    std::string_view name;
    std::string_view description;
    std::string_view field;
    const ObjectType& rows;
    std::string_view select;
    bool single;
    std::size_t default_rows;
    std::size_t documents;
    // Changes a finished document's text without changing its size; null: leaves it.
    void (*edit)(std::string& text);
};

// Every byte of a non-ASCII character becomes a letter, so that sizes and places stay.
void replace_non_ascii(std::string& text) {
    for (char& character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x80) {
            character = static_cast<char>('a' + byte % 26);
        }
    }
}

const Entry kEntries[] = {
    {"tiny", "one row of 3 fields: a point look-up", "account", tables::kAccount,
     tables::kAccountSelection, true, 1, 256, nullptr},
    {"small", "10 users of 5 fields, about 1 KB", "users", tables::kUser, tables::kUserSelection,
     false, 10, 256, nullptr},
    {"medium", "100 orders of 20 fields, about 50 KB", "orders", tables::kOrder,
     tables::kOrderSelection, false, 100, 32, nullptr},
    {"large", "10,000 samples of 50 short fields, about 5 MB", "samples", tables::kSample,
     tables::kSampleSelection, false, 10'000, 2, nullptr},
    {"nested", "one user with 50 posts of 10 comments, about 100 KB", "user", tables::kAuthor,
     tables::kAuthorSelection, true, 1, 16, nullptr},
    {"wide", "10,000 customers of 50 fields with natural names, about 16 MB", "customers",
     tables::kCustomer, tables::kCustomerSelection, false, 10'000, 2, nullptr},
    {"text", "100 articles: long strings with escapes, 30 % of the bytes non-ASCII", "articles",
     tables::kArticle, tables::kArticleSelection, false, 100, 16, nullptr},
    {"text-ascii", "text with every non-ASCII byte replaced by a letter", "articles",
     tables::kArticle, tables::kArticleSelection, false, 100, 16, replace_non_ascii},
};

Workload make_workload(const Entry& entry) {
    return {
        .name = std::string(entry.name),
        .description = std::string(entry.description),
        .field = std::string(entry.field),
        .type = std::string(entry.rows.name),
        .schema = registry_json(entry.rows),
        .select = std::string(entry.select),
        .single = entry.single,
        .default_rows = entry.default_rows,
        .documents = entry.documents,
        .generate =
            [&entry](Layout layout, std::uint64_t seed, std::size_t count) {
                Document document = generate_rows(entry.rows, layout, seed, count);
                if (entry.edit != nullptr) {
                    entry.edit(document.text);
                }
                return document;
            },
    };
}

}  // namespace

std::span<const Workload> catalogue() {
    static const std::vector<Workload> kCatalogue = [] {
        std::vector<Workload> workloads;
        for (const Entry& entry : kEntries) {
            workloads.push_back(make_workload(entry));
        }
        return workloads;
    }();
    return kCatalogue;
}

const Workload* find(std::string_view name) noexcept {
    const auto workloads = catalogue();
    const auto found = std::ranges::find(workloads, name, &Workload::name);
    return found == workloads.end() ? nullptr : &*found;
}

}  // namespace rowcast::workloads
