#pragma once

#include "workloads/values.hpp"

// `tiny` and `small`: what a point look-up and a short list read.
namespace rowcast::workloads::tables {

inline constexpr Column kAccountColumns[] = {
    column("user_id", "ID", values::integer<1, 4'000'000'000>),
    column("full_name", "String", values::full_name, 10),
    column("email_address", "String", values::email, 20),
};
inline constexpr ObjectType kAccount = {"Account", kAccountColumns};

inline constexpr std::string_view kAccountSelection = "{ contact: email_address key: user_id }";

inline constexpr Column kUserColumns[] = {
    column("id", "ID", values::integer<1, 999'999>),
    column("first_name", "String", values::first_name),
    column("is_active", "Boolean", values::boolean<80>, 5),
    column("credit", "Decimal", values::decimal<-50'000, 500'000, 2>, 10),
    column("seen_at", "DateTime", values::timestamp, 30),
};
inline constexpr ObjectType kUser = {"User", kUserColumns};

inline constexpr std::string_view kUserSelection = "{ last_seen: seen_at name: first_name }";

}  // namespace rowcast::workloads::tables
