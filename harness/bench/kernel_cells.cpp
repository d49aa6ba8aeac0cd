#include <memory>

#include "harness/bench/kernel_timing.hpp"
#include "kernels/instruction_sets.hpp"
#include "kernels/memory.hpp"
#include "kernels/table.hpp"

namespace rowcast::bench {
namespace {

using kernels::KernelTable;

// One kernel on one shape of input: a name that is the same for every instruction set.
struct Case {
    std::string kernel;
    std::string size;  // "1024-none"
    std::function<CellResult(CellRun&, const std::string& name, const KernelTable&)> run;
};

// The first byte to be escaped, again and again until the end: how many there are.
std::size_t count_escapes(const KernelTable& table, const Bytes& input) {
    std::size_t found = 0;
    std::size_t offset = 0;
    while (true) {
        offset += table.find_escape(input.data() + offset, input.size() - offset);
        if (offset >= input.size()) {
            return found;
        }
        ++found;
        ++offset;
    }
}

std::size_t count_escapes_plainly(const Bytes& input) {
    std::size_t found = 0;
    for (const std::uint8_t byte : input) {
        found += byte < 0x20 || byte == '"' || byte == '\\' ? 1u : 0u;
    }
    return found;
}

// A verdict as one number, to be compared.
std::uint64_t fold(const kernels::RowStatus& status) {
    return (static_cast<std::uint64_t>(status.code) << 32u) | status.offset;
}

Case string_end_case(std::size_t size) {
    return {"string_end", std::to_string(size),
            [size](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs_ending(Content::kLetters, size, '"'), size,
                    [&](const Bytes& input) {
                        return table.find_string_end(input.data(), input.size());
                    },
                    [](const Bytes& input) { return input.size() - 1; });
            }};
}

Case escape_scan_case(std::size_t size, Content content, const char* variant) {
    return {"escape_scan", fmt::format("{}-{}", size, variant),
            [size, content](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs(content, size), size,
                    [&](const Bytes& input) { return count_escapes(table, input); },
                    count_escapes_plainly);
            }};
}

Case whitespace_case(std::size_t size) {
    return {"whitespace", std::to_string(size),
            [size](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs_ending(Content::kWhitespace, size, '{'), size,
                    [&](const Bytes& input) {
                        return table.skip_whitespace(input.data(), input.size());
                    },
                    [](const Bytes& input) { return input.size() - 1; });
            }};
}

Case utf8_case(std::size_t size, Content content, const char* variant) {
    return {
        "utf8", fmt::format("{}-{}", size, variant),
        [size, content](CellRun& run, const std::string& name, const KernelTable& table) {
            return time_kernel(
                run, name, make_inputs(content, size), size,
                [&](const Bytes& input) { return table.validate_utf8(input.data(), input.size()); },
                [](const Bytes& input) { return input.size(); });
        }};
}

Case string_case(std::size_t size, Content content, const char* variant) {
    return {"string", fmt::format("{}-{}", size, variant),
            [size, content](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs_ending(content, size, '"'), size,
                    [&](const Bytes& input) {
                        return fold(table.validate_string(input.data(), input.size()));
                    },
                    [](const Bytes& input) { return std::uint64_t{input.size() - 1}; });
            }};
}

Case number_case(std::size_t size) {
    return {"number", std::to_string(size),
            [size](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs_ending(Content::kDigits, size + 1, ','), size,
                    [&](const Bytes& input) {
                        return fold(table.validate_number(input.data(), input.size()));
                    },
                    [](const Bytes& input) { return std::uint64_t{input.size() - 1}; });
            }};
}

Case literal_case(std::size_t size, Content content) {
    return {"literal", std::to_string(size),
            [size, content](CellRun& run, const std::string& name, const KernelTable& table) {
                return time_kernel(
                    run, name, make_inputs_ending(content, size + 1, ','), size,
                    [&](const Bytes& input) {
                        return fold(table.validate_literal(input.data(), input.size()));
                    },
                    [](const Bytes& input) { return std::uint64_t{input.size() - 1}; });
            }};
}

// Of a key without leading, trailing or double underscores.
std::string camel_plainly(const Bytes& key) {
    std::string camel;
    for (std::size_t index = 0; index < key.size(); ++index) {
        if (key[index] == '_') {
            ++index;
            camel += static_cast<char>(key[index] - 'a' + 'A');
        } else {
            camel += static_cast<char>(key[index]);
        }
    }
    return camel;
}

Case camel_case(std::size_t size) {
    return {"camel", std::to_string(size),
            [size](CellRun& run, const std::string& name, const KernelTable& table) {
                Bytes output(size + kernels::kOutputSlack);
                const Inputs inputs = make_inputs(Content::kSnakeCase, size);
                const auto convert = [&](const Bytes& input) {
                    const std::size_t length =
                        table.camel_key(input.data(), input.size(), output.data());
                    benchmark::DoNotOptimize(output.data());
                    benchmark::ClobberMemory();
                    return length;
                };
                for (const Bytes& input : inputs) {
                    const std::size_t length = convert(input);
                    const std::string wanted = camel_plainly(input);
                    if (std::string(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(
                                                                         length)) != wanted) {
                        CellResult result;
                        result.error = "the key is not `" + wanted + "`";
                        return result;
                    }
                }
                return time_kernel(run, name, inputs, size, convert,
                                   [](const Bytes& input) { return camel_plainly(input).size(); });
            }};
}

Case copy_case(std::size_t size) {
    return {"copy", std::to_string(size),
            [size](CellRun& run, const std::string& name, const KernelTable& table) {
                // As in the middle of a row, which goes on behind what is copied.
                Bytes output(size + kernels::kOutputSlack);
                return time_kernel(
                    run, name, make_inputs(Content::kLetters, size + kernels::kOutputSlack), size,
                    [&](const Bytes& input) {
                        table.copy_bytes(input.data(), size, input.size(), output.data());
                        benchmark::DoNotOptimize(output.data());
                        benchmark::ClobberMemory();
                        return output[size - 1];
                    },
                    [size](const Bytes& input) { return input[size - 1]; });
            }};
}

Case lookup_case(std::size_t fields, bool hits) {
    return {"lookup", fmt::format("{}-{}", fields, hits ? "hit" : "miss"),
            [fields, hits](CellRun& run, const std::string& name, const KernelTable& table) {
                const std::vector<std::string> names = make_field_names(fields);
                const FieldTable field_table(names);
                CellResult result = time_kernel(
                    run, name, make_keys(names, hits), 0,
                    [&](const std::string& key) {
                        return table.find_key(field_table.view(),
                                              reinterpret_cast<const std::uint8_t*>(key.data()),
                                              key.size()) != kernels::kNotFound;
                    },
                    [hits](const std::string&) { return hits; });
                if (result.error.empty()) {
                    result.set("memory_bytes", static_cast<double>(field_table.memory_bytes()));
                }
                return result;
            }};
}

std::vector<Case> make_cases(bool quick) {
    const KernelSizes sizes = kernel_sizes(quick);
    std::vector<Case> cases;
    for (const std::size_t size : sizes.scans) {
        cases.push_back(string_end_case(size));
        cases.push_back(whitespace_case(size));
        cases.push_back(utf8_case(size, Content::kLetters, "ascii"));
        cases.push_back(utf8_case(size, Content::kMixedUtf8, "mixed"));
        cases.push_back(string_case(size, Content::kLetters, "ascii"));
        cases.push_back(string_case(size, Content::kMixedUtf8, "mixed"));
        cases.push_back(escape_scan_case(size, Content::kLetters, "none"));
        cases.push_back(escape_scan_case(size, Content::kEscapes, "10pct"));
        cases.push_back(copy_case(size));
    }
    for (const std::size_t size : sizes.camel) {
        cases.push_back(camel_case(size));
    }
    for (const std::size_t size : sizes.numbers) {
        cases.push_back(number_case(size));
    }
    cases.push_back(literal_case(4, Content::kTrue));
    cases.push_back(literal_case(5, Content::kFalse));
    for (const std::size_t fields : sizes.lookups) {
        cases.push_back(lookup_case(fields, true));
        cases.push_back(lookup_case(fields, false));
    }
    return cases;
}

}  // namespace

void add_kernel_cells(const Options& options, CellList& list) {
    const std::vector<Case> cases = make_cases(options.quick);
    for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
        const std::string_view missing = kernels::missing_feature(set);
        if (!missing.empty()) {
            list.left_out.push_back({fmt::format("kernel/*/{}", set.name),
                                     fmt::format("this machine lacks {}", missing)});
            continue;
        }
        for (const Case& each : cases) {
            const std::string name =
                fmt::format("kernel/{}/{}/{}", each.kernel, set.name, each.size);
            list.cells.push_back(
                make_kernel_cell(name, options, [name, each, table = set.table](CellRun& run) {
                    return each.run(run, name, *table);
                }));
        }
    }
}

}  // namespace rowcast::bench
