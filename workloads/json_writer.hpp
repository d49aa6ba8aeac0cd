#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/document.hpp"

namespace rowcast::workloads {

// Appends JSON to a string as PostgreSQL spells it, in either layout.
//
// A caller writes members in the columns' order whatever the layout; in the jsonb layout an
// object's members are put in jsonb's order when it ends, and of equal keys the last one stays.
// Keys are kept as views until their object ends.
class JsonWriter {
  public:
    JsonWriter(Layout layout, std::string& out) : layout_(layout), out_(out) {}

    void begin_object();
    void key(std::string_view name);
    void end_object();

    void begin_array();
    void end_array();

    void null() { literal("null"); }
    void boolean(bool value) { literal(value ? "true" : "false"); }
    void integer(std::int64_t value);
    // unscaled / 10^scale with exactly `scale` digits after the point, as a numeric(p,scale).
    void decimal(std::int64_t unscaled, unsigned scale);
    // Escapes what PostgreSQL escapes and nothing else: `"`, `\` and bytes below 0x20.
    void string(std::string_view value);

    // For the text of one whole row.
    void end_row() { out_.push_back('\n'); }

  private:
    struct Member {
        std::string_view key;
        std::size_t begin;  // of its text in out_, from the key's quote
        std::size_t end;    // only right once its object ends
    };
    struct Container {
        std::size_t begin;         // of its first byte after the bracket
        std::size_t first_member;  // index into members_
        bool is_object;
        bool has_elements;
    };

    void before_value();
    void literal(std::string_view text);
    void quoted(std::string_view value);
    void separator();
    void order_members(const Container& object);

    Layout layout_;
    std::string& out_;
    std::vector<Container> containers_;
    std::vector<Member> members_;  // of all open objects, the innermost's last; jsonb only
    std::string scratch_;
};

}  // namespace rowcast::workloads
