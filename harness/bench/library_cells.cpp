// What the standard library, the C library and simdjson offer for the same jobs, beside our kernels.
// None does quite what a kernel does; docs/methodology.md says what each leaves out.

#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <clocale>  // newlocale() and uselocale() with it: POSIX's
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <string_view>

#include "harness/bench/kernel_timing.hpp"
#include "pipeline/arena.hpp"
#include "pipeline/memory_limit.hpp"
#if ROWCAST_HAVE_SIMDJSON
#include <simdjson.h>
#endif

namespace rowcast::bench {
namespace {

// Collects cells, each of which runs `run(cell_run, name)`.
class Adder {
  public:
    Adder(const Options& options, CellList& list) : options_(options), list_(list) {}

    template <class Run>
    void add(std::string name, Run run) {
        list_.cells.push_back(make_kernel_cell(
            name, options_, [name, run](CellRun& cell_run) { return run(cell_run, name); }));
    }

  private:
    const Options& options_;
    CellList& list_;
};

const char* text_of(const Bytes& input) { return reinterpret_cast<const char*>(input.data()); }

std::size_t all_but_last(const Bytes& input) { return input.size() - 1; }

void add_string_end(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/string_end/libc/{}", size),
              [size](CellRun& run, const auto& name) {
                  return time_kernel(
                      run, name, make_inputs_ending(Content::kLetters, size, '"'), size,
                      [](const Bytes& input) {
                          const void* found = std::memchr(input.data(), '"', input.size());
                          return static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) -
                                                          input.data());
                      },
                      all_but_last);
              });
}

void add_whitespace(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/whitespace/libc/{}", size),
              [size](CellRun& run, const auto& name) {
                  return time_kernel(
                      run, name, make_inputs_ending(Content::kWhitespace, size, '{'), size,
                      [](const Bytes& input) { return std::strspn(text_of(input), " \n\t\r"); },
                      all_but_last);
              });
    adder.add(
        fmt::format("kernel/whitespace/std/{}", size), [size](CellRun& run, const auto& name) {
            return time_kernel(
                run, name, make_inputs_ending(Content::kWhitespace, size, '{'), size,
                [](const Bytes& input) {
                    const auto found =
                        std::find_if_not(input.begin(), input.end(),
                                         [](std::uint8_t byte) { return std::isspace(byte) != 0; });
                    return static_cast<std::size_t>(found - input.begin());
                },
                all_but_last);
        });
}

// Finds each byte to be escaped, one after the other, as the kernel's cell does.
template <class Find>
std::size_t count_found(const std::uint8_t* at, const std::uint8_t* end, Find find) {
    std::size_t found = 0;
    while ((at = find(at, end)) != end) {
        ++found;
        ++at;
    }
    return found;
}

bool must_be_escaped(std::uint8_t byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

void add_escape_scan(std::size_t size, Content content, const char* variant, Adder& adder) {
    const auto expected = [](const Bytes& input) {
        return static_cast<std::size_t>(std::count_if(input.begin(), input.end(), [](auto byte) {
            return byte != 0 && must_be_escaped(byte);
        }));
    };
    adder.add(fmt::format("kernel/escape_scan/libc/{}-{}", size, variant), [=](CellRun& run,
                                                                               const auto& name) {
        std::string set = "\"\\";
        for (char control = 1; control != 0x20; ++control) {
            set += control;
        }
        return time_kernel(
            run, name, make_inputs_ending(content, size + 1, '\0'), size,
            [&](const Bytes& input) {
                return count_found(input.data(), input.data() + input.size() - 1,
                                   [&](const std::uint8_t* at, const std::uint8_t*) {
                                       return at + std::strcspn(reinterpret_cast<const char*>(at),
                                                                set.c_str());
                                   });
            },
            expected);
    });
    adder.add(fmt::format("kernel/escape_scan/std/{}-{}", size, variant),
              [=](CellRun& run, const auto& name) {
                  return time_kernel(
                      run, name, make_inputs(content, size), size,
                      [](const Bytes& input) {
                          return count_found(input.data(), input.data() + input.size(),
                                             [](const std::uint8_t* at, const std::uint8_t* end) {
                                                 return std::find_if(at, end, must_be_escaped);
                                             });
                      },
                      expected);
              });
}

// A locale whose characters are UTF-8's, for this thread and for as long as it lives.
class Utf8Locale {
  public:
    Utf8Locale() : own_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (own_ != nullptr) {
            before_ = uselocale(own_);
        }
    }
    ~Utf8Locale() {
        if (own_ != nullptr) {
            uselocale(before_);
            freelocale(own_);
        }
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

    bool is_there() const { return own_ != nullptr; }

  private:
    locale_t own_;
    locale_t before_{};
};

void add_utf8(std::size_t size, Content content, const char* variant, Adder& adder) {
    adder.add(fmt::format("kernel/utf8/libc/{}-{}", size, variant), [=](CellRun& run,
                                                                        const auto& name) {
        const Utf8Locale locale;
        if (!locale.is_there()) {
            CellResult result;
            result.error = "the C library has no locale C.UTF-8";
            return result;
        }
        return time_kernel(
            run, name, make_inputs(content, size), size,
            [](const Bytes& input) {
                const char* text = text_of(input);
                mbstate_t state{};
                return mbsnrtowcs(nullptr, &text, input.size(), 0, &state);
            },
            [](const Bytes& input) {
                return static_cast<std::size_t>(std::count_if(
                    input.begin(), input.end(), [](auto byte) { return (byte & 0xC0) != 0x80; }));
            });
    });
#if ROWCAST_HAVE_SIMDJSON
    adder.add(fmt::format("kernel/utf8/peer-simdjson/{}-{}", size, variant),
              [=](CellRun& run, const auto& name) {
                  return time_kernel(
                      run, name, make_inputs(content, size), size,
                      [](const Bytes& input) {
                          return simdjson::validate_utf8(text_of(input), input.size());
                      },
                      [](const Bytes&) { return true; });
              });
#endif
}

void add_copy(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/copy/libc/{}", size), [size](CellRun& run, const auto& name) {
        Bytes output(size);
        return time_kernel(
            run, name, make_inputs(Content::kLetters, size), size,
            [&](const Bytes& input) {
                std::memcpy(output.data(), input.data(), input.size());
                benchmark::DoNotOptimize(output.data());
                benchmark::ClobberMemory();
                return output.back();
            },
            [](const Bytes& input) { return input.back(); });
    });
}

void add_camel(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/camel/std/{}", size), [size](CellRun& run, const auto& name) {
        std::string output;
        return time_kernel(
            run, name, make_inputs(Content::kSnakeCase, size), size,
            [&](const Bytes& input) {
                output.clear();
                bool raises = false;
                for (const std::uint8_t byte : input) {
                    if (byte == '_') {
                        raises = true;
                    } else {
                        output += static_cast<char>(raises ? std::toupper(byte) : byte);
                        raises = false;
                    }
                }
                benchmark::DoNotOptimize(output.data());
                benchmark::ClobberMemory();
                return output.size();
            },
            [](const Bytes& input) {
                return input.size() -
                       static_cast<std::size_t>(std::count(input.begin(), input.end(), '_'));
            });
    });
}

void add_number(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/number/libc/{}", size), [size](CellRun& run, const auto& name) {
        return time_kernel(
            run, name, make_inputs_ending(Content::kDigits, size + 1, ','), size,
            [](const Bytes& input) {
                char* end = nullptr;
                const double value = std::strtod(text_of(input), &end);
                benchmark::DoNotOptimize(value);
                return static_cast<std::size_t>(end - text_of(input));
            },
            all_but_last);
    });
    adder.add(fmt::format("kernel/number/std/{}", size), [size](CellRun& run, const auto& name) {
        return time_kernel(
            run, name, make_inputs_ending(Content::kDigits, size + 1, ','), size,
            [](const Bytes& input) {
                const char* const text = text_of(input);
                double value = 0.0;
                const auto end = std::from_chars(text, text + input.size(), value).ptr;
                benchmark::DoNotOptimize(value);
                return static_cast<std::size_t>(end - text);
            },
            all_but_last);
    });
}

void add_literal(std::size_t size, Content content, Adder& adder) {
    adder.add(fmt::format("kernel/literal/std/{}", size), [=](CellRun& run, const auto& name) {
        return time_kernel(
            run, name, make_inputs_ending(content, size + 1, ','), size,
            [](const Bytes& input) {
                const std::string_view text(text_of(input), input.size());
                for (const std::string_view literal : {"true", "false", "null"}) {
                    if (text.starts_with(literal)) {
                        return literal.size();
                    }
                }
                return std::size_t{0};
            },
            all_but_last);
    });
}

// Both allocate blocks of one size and let go of the oldest after some 1,000 of them: the arena all
// at once, the heap one by one.
constexpr std::size_t kLiveBlocks = 1'024;

// The C library's own functions: malloc in this program is one that can count.
struct Heap {
    void* (*allocate)(std::size_t) = reinterpret_cast<void* (*)(std::size_t)>(dlsym(RTLD_NEXT,
                                                                                    "malloc"));
    void (*release)(void*) = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_NEXT, "free"));
};

void add_allocators(std::size_t size, Adder& adder) {
    adder.add(fmt::format("kernel/malloc/libc/{}", size), [size](CellRun& run, const auto& name) {
        const Heap heap;
        std::vector<void*> blocks(kLiveBlocks, nullptr);
        std::size_t next = 0;
        CellResult result = time_kernel(
            run, name, std::vector<std::size_t>{size}, 0,
            [&](std::size_t bytes) {
                void*& block = blocks[next++ & (kLiveBlocks - 1)];
                heap.release(block);
                block = heap.allocate(bytes);
                return block != nullptr;
            },
            [](std::size_t) { return true; });
        for (void* block : blocks) {
            heap.release(block);
        }
        return result;
    });
    adder.add(fmt::format("kernel/arena/scalar/{}", size), [size](CellRun& run, const auto& name) {
        MemoryLimit limit;
        Arena arena(limit);
        std::size_t next = 0;
        return time_kernel(
            run, name, std::vector<std::size_t>{size}, 0,
            [&](std::size_t bytes) {
                if ((next++ & (kLiveBlocks - 1)) == 0) {
                    arena.reset();
                }
                kernels::ErrorCode code = kernels::ErrorCode::kOk;
                return kernels::allocate(arena.scratch(), bytes, &code) != nullptr;
            },
            [](std::size_t) { return true; });
    });
}

}  // namespace

void add_library_cells(const Options& options, CellList& list) {
    Adder adder(options, list);
    const KernelSizes sizes = kernel_sizes(options.quick);
    for (const std::size_t size : sizes.scans) {
        add_string_end(size, adder);
        add_whitespace(size, adder);
        add_utf8(size, Content::kLetters, "ascii", adder);
        add_utf8(size, Content::kMixedUtf8, "mixed", adder);
        add_escape_scan(size, Content::kLetters, "none", adder);
        add_escape_scan(size, Content::kEscapes, "10pct", adder);
        add_copy(size, adder);
    }
    for (const std::size_t size : sizes.camel) {
        add_camel(size, adder);
    }
    for (const std::size_t size : sizes.numbers) {
        add_number(size, adder);
    }
    add_literal(4, Content::kTrue, adder);
    add_literal(5, Content::kFalse, adder);
    for (const std::size_t size : sizes.blocks) {
        add_allocators(size, adder);
    }
}

}  // namespace rowcast::bench
