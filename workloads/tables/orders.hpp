#pragma once

#include <string_view>

#include "workloads/values.hpp"
#include "workloads/vocabulary.hpp"

// `medium`: a page of a shop's orders.
namespace rowcast::workloads::tables {

inline constexpr std::string_view kOrderStatuses[] = {"pending", "paid", "shipped", "delivered",
                                                      "returned"};

inline constexpr Column kOrderColumns[] = {
    column("id", "ID", values::integer<1, 999'999>),
    column("order_uuid", "UUID", values::uuid),
    column("order_code", "String", [](Cell& cell) { values::code(cell, "ORD-", 6); }),
    column("buyer_name", "String", values::full_name),
    column("buyer_email", "String", values::email, 5),
    column("status", "String", values::one_of<kOrderStatuses>),
    column("currency_code", "String", values::one_of<vocabulary::kCurrencyCodes>),
    column("total_amount", "Decimal", values::decimal<100, 2'000'000, 2>),
    column("tax_rate", "Decimal", values::decimal<0, 2'500, 4>, 5),
    column("item_count", "Int", values::integer<1, 40>),
    column("is_paid", "Boolean", values::boolean<70>),
    column("is_gift", "Boolean", values::boolean<10>),
    column("discount_rate", "Float", values::decimal<0, 500, 1>, 50),
    column(
        "coupon_code", "String", [](Cell& cell) { values::code(cell, "SAVE", 4); }, 70),
    column("shipping_city", "String", values::city, 5),
    column("country_code", "String", values::one_of<vocabulary::kCountryCodes>),
    column("created_at", "DateTime", values::timestamp),
    column("shipped_at", "DateTime", values::timestamp, 55),
    column("buyer_note", "String", values::remark, 80),
    column("ui_metadata", "JSON", values::settings, 60),
};
inline constexpr ObjectType kOrder = {"Order", kOrderColumns};

inline constexpr std::string_view kOrderSelection = R"({
    createdAt
    total: total_amount
    currency_code
    status
    buyer: buyer_name
    ui_metadata
    id
})";

}  // namespace rowcast::workloads::tables
