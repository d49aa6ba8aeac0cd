#include "harness/tool/request_file.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/tool/command.hpp"
#include "harness/tool/mapped_file.hpp"
#include "pipeline/json_document.hpp"

namespace rowcast::tool {

namespace {

using nlohmann::json;

// Walks the document and knows, for messages, where it is.
class Reader {
  public:
    explicit Reader(std::string path)
        : path_(std::move(path)), folder_(std::filesystem::path(path_).parent_path()) {}

    RequestDescription read(const RootDescription& defaults) const {
        const MappedFile file(path_, kUsage);
        const Result<json> document = parse_json_document(file.bytes(), path_);
        if (!document) {
            throw Stop(kUsage, document.error().message);
        }
        if (!document->is_object()) {
            stop("", "an object expected");
        }
        RequestDescription request;
        for (const auto& [name, value] : document->items()) {
            if (name == "schema") {
                request.schema = schema(value);
            } else if (name == "roots") {
                if (!value.is_array()) {
                    stop("roots", "a list expected");
                }
                for (std::size_t i = 0; i != value.size(); ++i) {
                    request.roots.push_back(root(value[i], fmt::format("roots[{}]", i), defaults));
                }
            } else {
                stop(name, "no such member");
            }
        }
        if (request.roots.empty()) {
            stop("roots", "at least one root is needed");
        }
        return request;
    }

  private:
    [[noreturn]] void stop(std::string_view place, std::string_view what) const {
        throw Stop(kUsage,
                   fmt::format("{}{}{}: {}", path_, place.empty() ? "" : ": ", place, what));
    }

    std::string text(const json& value, const std::string& place) const {
        if (!value.is_string()) {
            stop(place, "a string expected");
        }
        return value.get<std::string>();
    }

    bool flag(const json& value, const std::string& place) const {
        if (!value.is_boolean()) {
            stop(place, "true or false expected");
        }
        return value.get<bool>();
    }

    template <class T>
    T one_of(const json& value, const std::string& place,
             const std::map<std::string, T>& choices) const {
        const auto chosen = choices.find(text(value, place));
        if (chosen == choices.end()) {
            std::string names;
            for (const auto& choice : choices) {
                names += names.empty() ? choice.first : " or " + choice.first;
            }
            stop(place, names + " expected");
        }
        return chosen->second;
    }

    std::string resolve(const std::string& path) const {
        return path == "-" ? path : (folder_ / path).string();
    }

    // The registry itself, or a file that holds it.
    std::string schema(const json& value) const {
        if (value.is_object()) {
            return value.dump();
        }
        return std::string(MappedFile(resolve(text(value, "schema")), kUsage).bytes());
    }

    RootDescription root(const json& value, const std::string& place,
                         const RootDescription& defaults) const {
        if (!value.is_object()) {
            stop(place, "an object expected");
        }
        RootDescription root = defaults;
        using Setter = std::function<void(const json&, const std::string&)>;
        const std::map<std::string, Setter> setters{
            {"field", [&](const json& v, const std::string& at) { root.field = text(v, at); }},
            {"type", [&](const json& v, const std::string& at) { root.type = text(v, at); }},
            {"select", [&](const json& v, const std::string& at) { root.select = text(v, at); }},
            {"field_selections",
             [&](const json& v, const std::string&) { root.field_selections = v.dump(); }},
            {"field_paths",
             [&](const json& v, const std::string&) { root.field_paths = v.dump(); }},
            {"single", [&](const json& v, const std::string& at) { root.single = flag(v, at); }},
            {"omit_missing",
             [&](const json& v, const std::string& at) { root.omit_missing = flag(v, at); }},
            {"typename",
             [&](const json& v, const std::string& at) {
                 root.typename_mode = one_of<TypenameMode>(
                     v, at,
                     {{"always", TypenameMode::kAlways}, {"selected", TypenameMode::kSelected}});
             }},
            {"keys",
             [&](const json& v, const std::string& at) {
                 root.keys = one_of<KeyStyle>(
                     v, at, {{"camel", KeyStyle::kCamel}, {"raw", KeyStyle::kRaw}});
             }},
            {"input_format",
             [&](const json& v, const std::string& at) {
                 root.input_format = one_of<InputFormat>(
                     v, at, {{"ndjson", InputFormat::kNdjson}, {"file", InputFormat::kFile}});
             }},
            {"max_depth",
             [&](const json& v, const std::string& at) {
                 if (!v.is_number_unsigned() || v.get<std::uint64_t>() > UINT32_MAX) {
                     stop(at, "a whole number expected");
                 }
                 root.max_depth = v.get<std::uint32_t>();
             }},
            {"input", [&](const json& v, const std::string& at) { root.inputs = inputs(v, at); }},
        };
        for (const auto& [name, member] : value.items()) {
            const auto setter = setters.find(name);
            const std::string at = place + "." + name;
            if (setter == setters.end()) {
                stop(at, "no such member");
            }
            setter->second(member, at);
        }
        if (!value.contains("input")) {
            stop(place, "'input' is missing");
        }
        return root;
    }

    // A path, or a list of them.
    std::vector<std::string> inputs(const json& value, const std::string& place) const {
        std::vector<std::string> paths;
        if (!value.is_array()) {
            paths.push_back(resolve(text(value, place)));
            return paths;
        }
        for (const json& path : value) {
            paths.push_back(resolve(text(path, place)));
        }
        if (paths.empty()) {
            stop(place, "at least one path expected");
        }
        return paths;
    }

    std::string path_;
    std::filesystem::path folder_;
};

}  // namespace

RootOptions RootDescription::options() const {
    return {
        .field = field,
        .type = type,
        .select = select,
        .field_selections = field_selections,
        .field_paths = field_paths,
        .typename_mode = typename_mode,
        .keys = keys,
        .single = single,
        .omit_missing = omit_missing,
        .max_depth = max_depth,
    };
}

RequestDescription read_request_file(const std::string& path, const RootDescription& defaults) {
    return Reader(path).read(defaults);
}

}  // namespace rowcast::tool
