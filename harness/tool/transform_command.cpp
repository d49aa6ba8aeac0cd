#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cases/command_line.hpp"
#include "harness/tool/command.hpp"
#include "harness/tool/mapped_file.hpp"
#include "harness/tool/output_stream.hpp"
#include "harness/tool/request_file.hpp"
#include "harness/tool/rows_input.hpp"
#include "pipeline/helpers.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"

namespace rowcast::tool {

namespace {

struct TransformOptions {
    RootDescription root;
    std::string schema_file;
    std::string field_selections_file;
    std::string field_paths_file;
    std::string request_file;
    std::string implementation;
    bool no_wrap = false;
    std::uint64_t max_request_bytes = 0;  // 0: no limit
    std::size_t threads = 1;              // 0: as many as the process may use
};

std::string read_text(const std::string& path) {
    return std::string(MappedFile(path, kUsage).bytes());
}

RequestDescription describe(const TransformOptions& options) {
    RootDescription root = options.root;
    if (!options.field_selections_file.empty()) {
        root.field_selections = read_text(options.field_selections_file);
    }
    if (!options.field_paths_file.empty()) {
        root.field_paths = read_text(options.field_paths_file);
    }
    RequestDescription request;
    if (options.request_file.empty()) {
        request.roots.push_back(std::move(root));
    } else {
        if (!root.inputs.empty()) {
            throw Stop(kUsage, "INPUT files stand in the --request file, not beside it");
        }
        request = read_request_file(options.request_file, root);
    }
    if (!options.schema_file.empty()) {
        if (request.schema) {
            throw Stop(kUsage, "a schema both in the --request file and by --schema");
        }
        request.schema = read_text(options.schema_file);
    }
    return request;
}

std::shared_ptr<const Plan> compile(const RequestDescription& request, bool wrap,
                                    const std::string& schema_name) {
    std::shared_ptr<const Schema> schema;
    if (request.schema) {
        auto parsed = Schema::parse(*request.schema);
        if (!parsed) {
            throw Stop(kUsage, schema_name.empty()
                                   ? parsed.error().message
                                   : fmt::format("{}: {}", schema_name, parsed.error().message));
        }
        schema = *parsed;
    }
    std::vector<RootOptions> roots;
    for (const RootDescription& root : request.roots) {
        roots.push_back(root.options());
    }
    auto plan = Plan::compile(roots, schema, wrap);
    if (!plan) {
        throw Stop(kUsage, plan.error().message);
    }
    return *plan;
}

// The bytes around an error and a mark below the one at fault.
std::string context(kernels::Row row, std::size_t byte) {
    constexpr std::size_t kBefore = 40;
    constexpr std::size_t kAfter = 20;
    byte = std::min(byte, row.size);
    const std::size_t start = byte - std::min(byte, kBefore);
    const std::size_t end = std::min(row.size, byte + kAfter);
    const auto part = [&](std::size_t from, std::size_t to) {
        return cases::printable({reinterpret_cast<const char*>(row.data) + from, to - from});
    };
    const std::string before = part(start, byte);
    // One column a character, not a byte.
    const auto columns = std::count_if(before.begin(), before.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return fmt::format("    {}{}{}{}\n    {}^\n", start == 0 ? "" : "...", before, part(byte, end),
                       end == row.size ? "" : "...",
                       std::string(static_cast<std::size_t>(columns) + (start == 0 ? 0 : 3), ' '));
}

[[noreturn]] void stop_at(const Request& request, const RequestDescription& description,
                          std::optional<kernels::Row> row) {
    const Error& error = request.error();
    const std::string root =
        description.roots.size() == 1
            ? ""
            : fmt::format("root {}, ", cases::printable(description.roots[error.root].field));
    std::string text =
        fmt::format("{}row {}, byte {}: {}", root, error.row, error.byte, message(error.code));
    if (row && error.code != ErrorCode::kRowTooLong) {
        text += "\n" + context(*row, error.byte);
        text.pop_back();
    }
    throw Stop(kBadInput, text);
}

void transform(const TransformOptions& options) {
    const Result<const Implementation*> implementation =
        choose_implementation(options.implementation);
    if (!implementation) {
        throw Stop(kUsage, implementation.error().message);
    }
    const RequestDescription description = describe(options);
    const std::shared_ptr<const Plan> plan =
        compile(description, !options.no_wrap, options.schema_file);
    if (!(*implementation)->answers(*plan)) {
        throw Stop(kUsage, fmt::format("the implementation '{}' cannot answer this request",
                                       (*implementation)->name()));
    }
    if (const char* reason = Helpers::unsupported_reason(options.threads)) {
        throw Stop(kUsage, fmt::format("--threads {}: {}", options.threads, reason));
    }

    std::vector<RowsInput> inputs;
    std::size_t bytes = 0;
    std::size_t row_count = 0;
    for (const RootDescription& root : description.roots) {
        const RowsInput& input = inputs.emplace_back(root.inputs, root.input_format);
        bytes += input.total_bytes();
        row_count += input.estimate_rows();
    }
    RequestOptions request_options;
    if (options.max_request_bytes != 0) {
        request_options.max_bytes = options.max_request_bytes;
    }
    request_options.threads = options.threads;
    Request request(**implementation, request_options);
    // The threads wait for each other at the end of a batch.
    const std::size_t batch_rows = options.threads == 1 ? kBatchRows : kLargeBatchRows;
    bool ok = request.begin(*plan, bytes, row_count);
    for (std::size_t root = 0; ok && root != inputs.size(); ++root) {
        ok = root == 0 || request.next_root();
        std::size_t first = 0;  // index of the batch's first row
        while (ok) {
            const auto rows = inputs[root].next_batch(batch_rows);
            if (rows.empty()) {
                break;
            }
            ok = request.rows(rows);
            if (!ok) {
                stop_at(request, description, rows[request.error().row - first]);
            }
            first += rows.size();
        }
    }
    if (!ok || !request.end()) {
        stop_at(request, description, std::nullopt);
    }
    write_standard_output(request.response());
}

}  // namespace

void add_transform_command(CLI::App& app, int& /*exit_code*/) {
    auto* const command =
        app.add_subcommand("transform", "Turn JSON rows into the bytes of one GraphQL response");
    const auto options = std::make_shared<TransformOptions>();
    RootDescription& root = options->root;

    command->add_option("INPUT", root.inputs, "files of rows; none, or -: standard input");
    command->add_option("--field", root.field, "response key")->capture_default_str();
    command->add_option("--type", root.type, "type of the rows; none: no __typename");
    command->add_option("--schema", options->schema_file, "FraiseQL's type registry, JSON")
        ->type_name("FILE");
    auto* const select = command->add_option("--select", root.select,
                                             "selection set, such as '{ id name: first_name }'");
    auto* const selections = command
                                 ->add_option("--field-selections", options->field_selections_file,
                                              "FraiseQL's list of paths and aliases, JSON")
                                 ->type_name("FILE")
                                 ->excludes(select);
    command
        ->add_option("--field-paths", options->field_paths_file, "FraiseQL's list of paths, JSON")
        ->type_name("FILE")
        ->excludes(select)
        ->excludes(selections);
    command
        ->add_option("--typename", root.typename_mode,
                     "where typed objects get __typename: always, or only where selected")
        ->transform(CLI::Transformer(std::map<std::string, TypenameMode>{
            {"always", TypenameMode::kAlways}, {"selected", TypenameMode::kSelected}}))
        ->type_name("always|selected")
        ->default_str("always");
    command->add_option("--keys", root.keys, "how keys are written")
        ->transform(CLI::Transformer(
            std::map<std::string, KeyStyle>{{"camel", KeyStyle::kCamel}, {"raw", KeyStyle::kRaw}}))
        ->type_name("camel|raw")
        ->default_str("camel");
    command->add_flag("--single", root.single, "the first row's value, or null");
    command->add_flag("--no-wrap", options->no_wrap, "only the value, without {\"data\":{...}}");
    command->add_flag("--omit-missing", root.omit_missing,
                      "leave out selected fields that a row lacks, instead of null");
    command->add_option("--max-depth", root.max_depth, "deepest nesting of arrays and objects")
        ->type_name("N")
        ->capture_default_str();
    command
        ->add_option("--max-request-bytes", options->max_request_bytes,
                     "most memory for output and scratch, such as 64MB; 0: no limit")
        ->transform(CLI::AsSizeValue(false))
        ->type_name("SIZE");
    command
        ->add_option("--threads", options->threads,
                     "most threads for the rows of a large request; 0: as many as there are")
        ->type_name("N")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    command
        ->add_option("--impl", options->implementation,
                     "implementation (see 'rowcast implementations'); beats "
                     "ROWCAST_IMPLEMENTATION")
        ->type_name("auto|NAME");
    command
        ->add_option("--input-format", root.input_format,
                     "a row a line, or a row a file, whatever it holds")
        ->transform(CLI::Transformer(std::map<std::string, InputFormat>{
            {"ndjson", InputFormat::kNdjson}, {"file", InputFormat::kFile}}))
        ->type_name("ndjson|file")
        ->default_str("ndjson");
    command
        ->add_option("--request", options->request_file,
                     "several roots in one response: JSON with \"schema\" and \"roots\", each "
                     "with field, type, select, input, single")
        ->type_name("FILE");
    command->footer(
        "The response goes to standard output with nothing added. On a bad row nothing does, and\n"
        "standard error says where: 'rowcast: row 17, byte 203: ...', both from 0.\n"
        "Exit codes: 0 ok, 1 bad input, 2 usage (schemas and selections included).");
    command->callback([options] { transform(*options); });
}

}  // namespace rowcast::tool
