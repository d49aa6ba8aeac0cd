#include "harness/count/count.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "harness/count/callgrind_file.hpp"
#include "harness/measure/build_info.hpp"
#include "harness/measure/child.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::count {

// No AVX-512, which valgrind does not have; no `rep movsb`, of which valgrind counts every round;
// and the size from which copies bypass the caches, which depends on the caches.
const char* const kGlibcTunables =
    "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD,-ERMS,-FSRM,-RTM:"
    "glibc.cpu.x86_non_temporal_threshold=0xc0000";

namespace {

// A folder for callgrind's files, gone with its owner.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "rowcast-count-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), name);
        }
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

// What must be the same whatever counts.
struct Expected {
    std::string description;
    std::optional<std::uint64_t> response_hash;  // none: the response is not compared
    std::size_t input_bytes = 0;
    std::size_t rows = 0;
};

class Counting {
  public:
    Counting(const CountOptions& options, const Implementation& implementation, Expected expected)
        : options_(options), implementation_(implementation), expected_(std::move(expected)) {}

    SourceAnswer ask(Source source) {
        SourceAnswer said = source == Source::kPapi        ? ask_papi()
                            : source == Source::kCallgrind ? ask_callgrind()
                                                           : ask_step();
        if (said.values.contains("instructions")) {
            instructions_ = said.values["instructions"].get<double>();
        }
        return said;
    }

    Json ask_allocations() { return ask_worker({}, Method::kAllocations, "counting allocations"); }

    [[nodiscard]] const Json& last_good() const { return last_good_; }

  private:
    // The worker's answer: its members, or {"error"}. A wrong one ends everything.
    Json ask_worker(std::vector<std::string> command, Method method, std::string_view what) {
        command.push_back(options_.program.string());
        const std::vector<std::string> arguments = arguments_of(options_.work, method);
        command.insert(command.end(), arguments.begin(), arguments.end());
        const std::pair<std::string, std::string> variables[] = {
            {"GLIBC_TUNABLES", kGlibcTunables}};
        int seconds = 0;
        const auto tell = [&] {
            if (options_.on_progress) {
                options_.on_progress(what, ++seconds);
            }
        };
        const measure::ChildAnswer child = measure::run_child(command, variables, tell);
        if (!child.error.empty()) {
            return {{"error", child.error}};
        }
        Json answer = Json::parse(child.output, nullptr, false);
        if (!answer.is_object()) {
            return {{"error", fmt::format("{} gave no answer (exit code {})", command.front(),
                                          child.exit_code)}};
        }
        if (!answer.contains("error")) {
            check(answer, what);
        }
        return answer;
    }

    void check(Json& answer, std::string_view what) {
        if (answer.value("implementation", "") != implementation_.name()) {
            throw std::runtime_error(fmt::format("{}: another implementation ran: {}", what,
                                                 answer.value("implementation", "none")));
        }
        if (expected_.response_hash &&
            answer.value("response_hash", std::uint64_t{0}) != *expected_.response_hash) {
            throw std::runtime_error(fmt::format("{}: the response of {} is not the reference's",
                                                 what, implementation_.name()));
        }
        // One that chooses among kernels by itself chose another one here.
        if (const std::string ran = answer.value("description", ""); ran != expected_.description) {
            answer = {{"error", fmt::format("what ran there is not what runs here: {}", ran)}};
            return;
        }
        last_good_ = answer;
    }

    static SourceAnswer answer_of(std::string source, const Json& answer) {
        SourceAnswer said{.source = std::move(source), .unavailable = {}};
        if (answer.contains("error")) {
            said.unavailable = answer["error"].get<std::string>();
            return said;
        }
        said.values = answer.value("values", Json::object());
        said.reasons = answer.value("reasons", Json::object());
        return said;
    }

    SourceAnswer ask_papi() {
        return answer_of("papi", ask_worker({}, Method::kPapi, "reading counters"));
    }

    // A place for its files that there is not, or a dump that is cut off, is callgrind's trouble alone.
    SourceAnswer ask_callgrind() {
#if defined(ROWCAST_COUNT_SANITIZED)
        return {.source = "callgrind",
                .unavailable = "built with a sanitizer, which does not run under valgrind"};
#endif
        try {
            const TemporaryFolder folder;
            return read_dumps(run_callgrind(folder.path()), folder.path());
        } catch (const std::system_error& error) {
            return {.source = "callgrind", .unavailable = error.what()};
        }
    }

    Json run_callgrind(const std::filesystem::path& folder) {
        return ask_worker({options_.valgrind, "--tool=callgrind", "--skip-plt=no",
                           "--instr-atstart=no", "--cache-sim=yes", "--combine-dumps=no",
                           fmt::format("--callgrind-out-file={}/out", folder.string()),
                           fmt::format("--log-file={}/log", folder.string())},
                          Method::kCallgrind, "running under callgrind");
    }

    [[nodiscard]] SourceAnswer read_dumps(const Json& answer,
                                          const std::filesystem::path& folder) const {
        SourceAnswer said = answer_of("callgrind", answer);
        if (!said.unavailable.empty()) {
            return said;
        }
        try {
            const auto dumps = read_callgrind(folder);
            if (!dumps.contains(kFirstDump) || !dumps.contains(kSecondDump)) {
                said.unavailable = "it left no dump";
                return said;
            }
            constexpr std::pair<const char*, const char*> kEvents[] = {
                {"instructions", "Ir"}, {"loads", "Dr"}, {"stores", "Dw"}};
            for (const auto& [name, event] : kEvents) {
                const auto one = static_cast<double>(dumps.at(kFirstDump).events.at(event));
                const auto more = static_cast<double>(dumps.at(kSecondDump).events.at(event));
                said.values[name] = (more - one) / static_cast<double>(options_.work.requests);
            }
        } catch (const std::exception& error) {
            said.values = Json::object();
            said.unavailable = fmt::format("its dump cannot be read: {}", error.what());
        }
        return said;
    }

    SourceAnswer ask_step() {
        if (expected_.input_bytes > kMaxSteppedBytes) {
            return {.source = "step",
                    .unavailable =
                        fmt::format("{} bytes of input are too many to step through (at most {})",
                                    expected_.input_bytes, kMaxSteppedBytes)};
        }
        // Known already to be too many: no need to try.
        const double steps = instructions_ * static_cast<double>(options_.work.requests);
        if (steps > static_cast<double>(options_.work.max_steps)) {
            return {.source = "step",
                    .unavailable = fmt::format("takes {:.0f} steps (at most {})", steps,
                                               options_.work.max_steps)};
        }
        return answer_of("step", ask_worker({}, Method::kStep, "stepping"));
    }

    const CountOptions& options_;
    const Implementation& implementation_;
    Expected expected_;
    Json last_good_ = Json::object();
    double instructions_ = 0;  // of a request, as another source has it
};

// The reference's answer, where the implementation is to give the same one.
Expected expect(const Work& work, const Implementation& implementation) {
    const workloads::Workload* const workload = workloads::find(work.workload);
    if (workload == nullptr) {
        throw std::runtime_error("no workload is called '" + work.workload + "'");
    }
    const workloads::Document document =
        workload->generate(work.layout, work.seed, workload->default_rows);
    Expected expected{.description = std::string(implementation.description()),
                      .response_hash = std::nullopt,
                      .input_bytes = document.row_bytes(),
                      .rows = document.rows.size()};
    const auto schema = cases::parse_schema(*workload);
    if (!schema) {
        throw std::runtime_error("the schema does not compile: " + schema.error().message);
    }
    const auto plan = cases::compile_plan(*workload, *schema, work.scenario);
    if (!plan) {
        throw std::runtime_error("the plan does not compile: " + plan.error().message);
    }
    if (!implementation.answers(**plan)) {
        return expected;
    }
    Request request(reference::nlohmann());
    if (!request.run(**plan, cases::rows_of(document))) {
        throw std::runtime_error("the reference refuses the document");
    }
    expected.response_hash = workloads::content_hash(request.response());
    return expected;
}

Json per_byte(const Json& value, std::size_t bytes) {
    Json divided = value;
    if (value["value"].is_number()) {
        divided["value"] = value["value"].get<double>() / static_cast<double>(bytes);
    }
    return divided;
}

// The strongest family of instructions that the features stand for, as the beginnings of Zydis's
// names for its members.
std::vector<std::string_view> own_families(std::span<const std::string_view> required_features) {
    const auto needs = [&](std::string_view beginning) {
        return std::any_of(
            required_features.begin(), required_features.end(),
            [&](std::string_view feature) { return feature.starts_with(beginning); });
    };
    if (needs("avx512")) {
        return {"AVX512"};
    }
    if (needs("avx2")) {
        return {"AVX2"};
    }
    if (needs("sse4") || needs("ssse3")) {
        return {"SSE4", "SSSE3"};
    }
    return {};
}

Json own_instruction_set(const Implementation& implementation, const Json& sets) {
    if (sets["value"].is_null()) {
        return no_value(sets["reason"].get<std::string>());
    }
    const std::optional<bool> executed =
        executed_own_instruction_set(implementation.required_features(), sets["value"]);
    if (!executed) {
        return no_value("requires none beyond the baseline");
    }
    if (!*executed) {
        throw std::runtime_error(
            fmt::format("{} executed no instruction of its own set", implementation.name()));
    }
    return value_of(true, sets["source"].get<std::string>());
}

// Why a source gave no value at all; null where it gave some.
Json reason_of(const SourceAnswer& answer) {
    if (!answer.unavailable.empty()) {
        return answer.unavailable;
    }
    if (answer.values.empty() && !answer.reasons.empty()) {
        return answer.reasons.front();
    }
    return nullptr;
}

void add_allocations(Json& document, const Json& answer) {
    for (const char* name : {"allocations", "allocation_bytes", "allocation_peak_bytes",
                             "allocation_left_bytes", "allocations_cold", "allocation_bytes_cold",
                             "allocation_peak_bytes_cold", "plan_allocations"}) {
        if (answer.contains("error")) {
            document[name] = no_value(answer["error"].get<std::string>());
        } else if (!answer.contains("values") || !answer["values"].contains(name)) {
            document[name] = no_value("the program's answer lacks it");
        } else {
            document[name] = value_of(answer["values"][name], answer.value("source", "unknown"));
        }
    }
}

}  // namespace

std::string_view source_name(Source source) noexcept {
    switch (source) {
        case Source::kPapi:
            return "papi";
        case Source::kCallgrind:
            return "callgrind";
        case Source::kStep:
            break;
    }
    return "step";
}

std::filesystem::path requests_program() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rowcast_requests";
}

std::optional<bool> executed_own_instruction_set(
    std::span<const std::string_view> required_features, const Json& instruction_sets) {
    const std::vector<std::string_view> families = own_families(required_features);
    if (families.empty()) {
        return std::nullopt;
    }
    for (const auto& [name, times] : instruction_sets.items()) {
        for (const std::string_view family : families) {
            if (name.starts_with(family)) {
                return true;
            }
        }
    }
    return false;
}

Json count(const CountOptions& options) {
    const Work& work = options.work;
    const Result<const Implementation*> chosen = choose_implementation(work.implementation);
    if (!chosen) {
        throw std::runtime_error(chosen.error().message);
    }
    const Implementation& implementation = **chosen;
    const Expected expected = expect(work, implementation);
    Counting counting(options, implementation, expected);
    const Json allocations = counting.ask_allocations();
    std::vector<SourceAnswer> answers;
    for (const Source source : options.sources) {
        answers.push_back(counting.ask(source));
        if (options.only_instructions && answers.back().values.contains("instructions")) {
            break;
        }
    }

    const measure::BuildInfo& build = measure::build_info();
    Json document;
    document["format"] = "rowcast-count/1";
    document["implementation"] = work.implementation;
    document["workload"] = work.workload;
    document["layout"] = workloads::layout_name(work.layout);
    document["scenario"] = cases::scenario_name(work.scenario);
    document["seed"] = work.seed;
    document["requests"] = work.requests;
    document["rows"] = expected.rows;
    document["input_bytes"] = expected.input_bytes;
    document["output_bytes"] = counting.last_good().value("output_bytes", Json());
    document["response"] = expected.response_hash ? "equals the reference's" : "not compared";
    document["description"] = expected.description;
    document["instructions"] = combine("instructions", answers);
    document["instructions_per_byte"] = per_byte(document["instructions"], expected.input_bytes);
    for (const char* name : {"loads", "stores", "taken_branches", "mix", "instruction_sets"}) {
        document[name] = combine(name, answers);
    }
    document["own_instruction_set"] =
        own_instruction_set(implementation, document["instruction_sets"]);
    add_allocations(document, allocations);
    Json& sources = document["sources"];
    sources = Json::object();
    for (const SourceAnswer& answer : answers) {
        sources[answer.source] = reason_of(answer);
    }
    document["glibc_tunables"] = kGlibcTunables;
    document["build"] = {{"compiler", build.compiler},
                         {"build_type", build.build_type},
                         {"commit", build.commit},
                         {"dirty", build.dirty}};
    return document;
}

}  // namespace rowcast::count
