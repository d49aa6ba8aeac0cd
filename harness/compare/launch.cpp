#include "harness/compare/launch.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/measure/affinity.hpp"
#include "harness/measure/allocation.hpp"
#include "harness/measure/child.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/paired.hpp"
#include "harness/measure/quality.hpp"
#include "harness/measure/random.hpp"
#include "harness/settings/check.hpp"
#include "pipeline/picks.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::compare {
namespace {

using measure::Json;

// A launch works on at most this much text of a cell (and at least one document): it has to make it
// anew.
constexpr std::size_t kLaunchBytes = std::size_t{8} << 20u;

// A command line holds 128 KB an argument, and a cell takes a few hundred bytes of it.
constexpr std::size_t kMostCellsOfAChild = 200;

Json to_json(const LaunchRequest& request, std::span<const std::size_t> cells) {
    cells = cells.first(std::min(cells.size(), kMostCellsOfAChild));
    Json json = {{"cells", Json::array()},     {"seed", request.seed},
                 {"seconds", request.seconds}, {"most_seconds", request.most_seconds},
                 {"cpu", request.cpu},         {"checks", request.checks}};
    for (const std::size_t index : cells) {
        json["cells"].push_back(to_json(request.cells[index]));
    }
    if (request.own) {
        json["own"] = {{"input", request.own->input},
                       {"type", request.own->type},
                       {"schema", request.own->schema},
                       {"select", request.own->select},
                       {"field", request.own->field}};
    }
    return json;
}

LaunchRequest request_from_json(const Json& json) {
    LaunchRequest request;
    for (const Json& cell : json.at("cells")) {
        request.cells.push_back(cell_from_json(cell));
    }
    request.seed = json.at("seed").get<std::uint64_t>();
    request.seconds = json.at("seconds").get<double>();
    request.most_seconds = json.at("most_seconds").get<double>();
    request.cpu = json.at("cpu").get<int>();
    request.checks = json.at("checks").get<bool>();
    if (json.contains("own")) {
        const Json& own = json.at("own");
        request.own = {.input = own.at("input").get<std::string>(),
                       .type = own.at("type").get<std::string>(),
                       .schema = own.at("schema").get<std::string>(),
                       .select = own.at("select").get<std::string>(),
                       .field = own.at("field").get<std::string>()};
    }
    return request;
}

// Makes the settings of a launch's cells, a user's own among them.
class Settings {
  public:
    explicit Settings(const std::optional<workloads::FileRequest>& own) {
        if (own) {
            workloads::FileWorkload file = workloads::from_file(*own);
            if (!file.workload) {
                throw std::runtime_error(file.error);
            }
            own_ = std::move(file.workload);
        }
    }

    std::shared_ptr<settings::Setting> get(const Rows& cell) {
        const workloads::Workload* const workload =
            own_ && own_->name == cell.workload ? &*own_ : workloads::find(cell.workload);
        if (workload == nullptr) {
            throw std::runtime_error("no workload is called '" + cell.workload + "'");
        }
        settings::SettingKey key =
            settings::catalogue_setting(*workload, cell.layout, cell.scenario);
        const auto* known = workloads::known_document(workload->name, cell.layout);
        if (known != nullptr && known->bytes > 0) {
            key.documents =
                std::min(key.documents, settings::floor_power_of_two(kLaunchBytes / known->bytes));
        }
        return cache_.get(key);
    }

  private:
    std::optional<workloads::Workload> own_;
    settings::SettingCache cache_;
};

// The reference's answer is what both must give, but for a peer that does another job altogether.
bool is_compared(const SideSpec& spec, const settings::Setting& setting) {
    const Implementation* const own =
        spec.library.empty() ? find_implementation(spec.implementation) : nullptr;
    return own == nullptr || own->answers(setting.plan());
}

// One side with what it answers.
struct Party {
    std::string_view which;
    const SideSpec* spec;
    std::shared_ptr<settings::Setting> setting;
    std::unique_ptr<Side> side;

    std::size_t documents() const { return setting->documents().documents().size(); }
    double mean_bytes() const { return setting->documents().mean_bytes(); }
};

Party make_party(std::string_view which, const SideSpec& spec, const Rows& rows,
                 Settings& settings) {
    std::shared_ptr<settings::Setting> setting = settings.get(rows);
    std::unique_ptr<Side> side = make_side(spec, *setting);
    return {which, &spec, std::move(setting), std::move(side)};
}

// Every document once: warms the side up, and checks what it says.
void check_answers(const Party& party, bool checks) {
    for (std::size_t index = 0; index < party.documents(); ++index) {
        if (!party.side->run(index)) {
            throw std::runtime_error(
                fmt::format("{} refuses document {}: {}", party.which, index, party.side->error()));
        }
        if (!checks || !is_compared(*party.spec, *party.setting)) {
            continue;
        }
        const std::string wrong =
            settings::difference(party.setting->expected(index), party.side->response());
        if (!wrong.empty()) {
            throw std::runtime_error(
                fmt::format("{}'s answer to document {} {}", party.which, index, wrong));
        }
    }
}

std::uint64_t count_allocations(const Party& party, std::size_t requests) {
    const measure::AllocationScope scope;
    for (std::size_t index = 0; index < requests; ++index) {
        party.side->run(index % party.documents());
    }
    return scope.counts().count;
}

measure::Epoch epoch_of(const Party& party) {
    return [&side = *party.side, mask = party.documents() - 1](std::uint64_t first,
                                                               std::uint64_t calls) {
        for (std::uint64_t index = first; index < first + calls; ++index) {
            side.run(index & mask);
        }
    };
}

LaunchAnswer measure_cell(const Cell& cell, const LaunchRequest& request, Settings& settings,
                          std::uint64_t seed) {
    LaunchAnswer answer;
    // Now one is made and warmed up first, now the other: what comes first gets other addresses.
    std::optional<Party> parties[2];
    for (const std::uint64_t turn : {seed & 1u, ~seed & 1u}) {
        std::optional<Party>& party = parties[turn];
        party = turn == 0 ? make_party("A", cell.a, cell.a_rows.value_or(cell.rows), settings)
                          : make_party("B", cell.b, cell.rows, settings);
        check_answers(*party, request.checks);
    }
    const Party& a = *parties[0];
    const Party& b = *parties[1];
    const measure::AllocationSource source = measure::allocation_source();
    if (source.available) {
        const std::size_t requests = std::max(a.documents(), b.documents());
        answer.allocations = {.a = count_allocations(a, requests),
                              .b = count_allocations(b, requests),
                              .requests = requests};
    } else {
        answer.allocations_reason = source.reason;
    }

    const measure::Clock& clock = measure::Clock::instance();
    const std::uint64_t start = clock.now();
    const std::uint64_t switches = measure::involuntary_switches();
    measure::PairedOptions options;
    options.seed = seed;
    options.budget_ns = request.seconds * 1e9;
    options.stretched_ns = request.most_seconds * 1e9;
    measure::LaunchResult result = measure::run_paired_launch(
        epoch_of(a), epoch_of(b), [&] { return clock.to_ns(clock.now() - start); }, options);

    answer.a_implementation = a.side->implementation();
    answer.b_implementation = b.side->implementation();
    answer.median_log_ratio = result.median_log_ratio;
    if (cell.a_rows) {
        answer.median_log_ratio += std::log(a.mean_bytes() / b.mean_bytes());
    }
    answer.enough = result.enough;
    answer.a_ns = result.a_ns;
    answer.b_ns = result.b_ns;
    answer.request_bytes = b.mean_bytes();
    answer.pick_scenario = pick_scenario_name(pick_scenario_of(b.setting->plan().roots().front()));
    answer.clean_share =
        (measure::clean_share(result.a_epochs_ns) + measure::clean_share(result.b_epochs_ns)) / 2.0;
    answer.heap_separation = measure::heap_separation(result.log_ratios);
    const double epoch_ns = std::min(result.a_ns * static_cast<double>(result.a_calls),
                                     result.b_ns * static_cast<double>(result.b_calls));
    answer.clock_share = std::max(clock.cost_ns(), clock.resolution_ns()) / epoch_ns;
    answer.involuntary_switches = measure::involuntary_switches() - switches;
    answer.seconds = clock.to_ns(clock.now() - start) * 1e-9;
    answer.a_epochs_ns = std::move(result.a_epochs_ns);
    answer.b_epochs_ns = std::move(result.b_epochs_ns);
    return answer;
}

LaunchAnswer failed(std::string error) {
    LaunchAnswer answer;
    answer.error = std::move(error);
    return answer;
}

}  // namespace

Json to_json(const LaunchAnswer& answer) {
    if (!answer.error.empty()) {
        return {{"error", answer.error}};
    }
    Json json = {{"a_implementation", answer.a_implementation},
                 {"b_implementation", answer.b_implementation},
                 {"median_log_ratio", answer.median_log_ratio},
                 {"enough", answer.enough},
                 {"a_ns", answer.a_ns},
                 {"b_ns", answer.b_ns},
                 {"request_bytes", answer.request_bytes},
                 {"pick_scenario", answer.pick_scenario},
                 {"clean_share", answer.clean_share},
                 {"heap_separation", answer.heap_separation},
                 {"clock_share", answer.clock_share},
                 {"involuntary_switches", answer.involuntary_switches},
                 {"seconds", answer.seconds},
                 {"allocations", nullptr},
                 {"allocations_reason", answer.allocations_reason},
                 {"a_epochs_ns", answer.a_epochs_ns},
                 {"b_epochs_ns", answer.b_epochs_ns}};
    if (answer.allocations) {
        json["allocations"] = {{"a", answer.allocations->a},
                               {"b", answer.allocations->b},
                               {"requests", answer.allocations->requests}};
    }
    return json;
}

LaunchAnswer answer_from_json(const Json& json) {
    if (json.contains("error")) {
        return failed(json.at("error").get<std::string>());
    }
    LaunchAnswer answer;
    json.at("a_implementation").get_to(answer.a_implementation);
    json.at("b_implementation").get_to(answer.b_implementation);
    json.at("median_log_ratio").get_to(answer.median_log_ratio);
    json.at("enough").get_to(answer.enough);
    json.at("a_ns").get_to(answer.a_ns);
    json.at("b_ns").get_to(answer.b_ns);
    json.at("request_bytes").get_to(answer.request_bytes);
    json.at("pick_scenario").get_to(answer.pick_scenario);
    json.at("clean_share").get_to(answer.clean_share);
    json.at("heap_separation").get_to(answer.heap_separation);
    json.at("clock_share").get_to(answer.clock_share);
    json.at("involuntary_switches").get_to(answer.involuntary_switches);
    json.at("seconds").get_to(answer.seconds);
    json.at("allocations_reason").get_to(answer.allocations_reason);
    json.at("a_epochs_ns").get_to(answer.a_epochs_ns);
    json.at("b_epochs_ns").get_to(answer.b_epochs_ns);
    if (const Json& counts = json.at("allocations"); !counts.is_null()) {
        answer.allocations = {.a = counts.at("a").get<std::uint64_t>(),
                              .b = counts.at("b").get<std::uint64_t>(),
                              .requests = counts.at("requests").get<std::uint64_t>()};
    }
    return answer;
}

std::vector<LaunchAnswer> launch(const LaunchRequest& request,
                                 const std::vector<std::string>& own_arguments) {
    // In another order each time, so that a cell does not always follow the same one.
    std::vector<std::size_t> waiting(request.cells.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    measure::Random random(request.seed);
    for (std::size_t left = waiting.size(); left > 1; --left) {
        std::swap(waiting[left - 1], waiting[random.next() % left]);
    }

    // Checks and texts are made before a cell is measured, and a round of a long call may take longer.
    const std::chrono::duration<double> patience{request.patience_s +
                                                 std::max(request.seconds, request.most_seconds)};
    std::vector<LaunchAnswer> answers(request.cells.size());
    while (!waiting.empty()) {
        std::vector<std::string> arguments = own_arguments;
        arguments.push_back(to_json(request, waiting).dump());
        const measure::ChildAnswer child = measure::run_anew(arguments, patience);
        std::size_t answered = 0;
        for (std::size_t begin = 0; begin < child.output.size() && answered < waiting.size();) {
            const std::size_t end = std::min(child.output.find('\n', begin), child.output.size());
            const Json json = Json::parse(child.output.substr(begin, end - begin), nullptr, false);
            if (json.is_discarded()) {
                break;
            }
            answers[waiting[answered++]] = answer_from_json(json);
            begin = end + 1;
        }
        if (answered < std::min(waiting.size(), kMostCellsOfAChild)) {
            answers[waiting[answered++]] =
                failed(child.error.empty() ? "a launch gave no answer" : child.error);
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(answered));
        if (child.hung) {
            for (const std::size_t index : waiting) {
                answers[index] = failed("not measured: the launch hung before");
            }
            break;
        }
    }
    return answers;
}

void answer_launch(const std::string& text) {
    measure::end_with_parent();
    const LaunchRequest request = request_from_json(Json::parse(text));
    if (const auto refused = measure::pin_to_cpu(request.cpu)) {
        throw std::runtime_error(*refused);
    }
    Settings settings(request.own);
    std::uint64_t seed = request.seed;
    for (const Cell& cell : request.cells) {
        LaunchAnswer answer;
        try {
            answer = measure_cell(cell, request, settings, ++seed);
        } catch (const std::exception& error) {
            answer = failed(error.what());
        }
        fmt::print("{}\n", to_json(answer).dump());
        if (std::fflush(stdout) != 0) {
            throw std::runtime_error("nobody reads a launch's answers");
        }
    }
}

}  // namespace rowcast::compare
