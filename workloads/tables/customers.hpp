#pragma once

#include <string_view>

#include "workloads/values.hpp"
#include "workloads/vocabulary.hpp"

// `wide`: a customer-relations table as grown over the years.
namespace rowcast::workloads::tables {

inline constexpr std::string_view kCustomerSegments[] = {"enterprise", "mid_market",
                                                         "small_business", "consumer"};
inline constexpr std::string_view kCustomerSources[] = {"referral", "web_search", "trade_fair",
                                                        "partner", "cold_call"};
inline constexpr std::string_view kCustomerPlans[] = {"free", "basic", "professional", "unlimited"};

inline constexpr Column kCustomerColumns[] = {
    column("customer_id", "ID", values::serial),
    column("customer_uuid", "UUID", values::uuid),
    column("account_number", "String", [](Cell& cell) { values::code(cell, "AC-", 8); }),
    column("first_name", "String", values::first_name),
    column("last_name", "String", values::last_name),
    column("display_name", "String", values::full_name, 10),
    column("primary_email", "String", values::email),
    column("billing_email", "String", values::email, 20),
    column("primary_phone_number", "String", values::phone_number, 10),
    column("mobile_phone_number", "String", values::phone_number, 30),
    column("date_of_birth", "Date", values::date, 30),
    column("billing_street_address", "String", values::street_address),
    column("billing_city_name", "String", values::city),
    column("billing_postal_code", "String", values::postal_code),
    column("billing_country_code", "String", values::one_of<vocabulary::kCountryCodes>),
    column("preferred_locale", "String", values::one_of<vocabulary::kLocales>),
    column("time_zone", "String", values::one_of<vocabulary::kTimeZones>),
    column("customer_segment", "String", values::one_of<kCustomerSegments>),
    column("acquisition_source", "String", values::one_of<kCustomerSources>, 15),
    column("subscription_plan", "String", values::one_of<kCustomerPlans>),
    column("monthly_price", "Decimal", values::decimal<0, 99'900, 2>),
    column("currency_code", "String", values::one_of<vocabulary::kCurrencyCodes>),
    column("credit_limit", "Decimal", values::decimal<0, 5'000'000, 2>, 20),
    column("account_balance", "Decimal", values::decimal<-500'000, 2'000'000, 2>),
    column("lifetime_value", "Decimal", values::decimal<0, 90'000'000, 2>),
    column("discount_percent", "Float", values::decimal<0, 300, 1>, 60),
    column(
        "tax_identifier", "String", [](Cell& cell) { values::code(cell, "VAT", 9); }, 15),
    column("is_account_active", "Boolean", values::boolean<85>),
    column("is_email_verified", "Boolean", values::boolean<75>),
    column("is_phone_verified", "Boolean", values::boolean<40>),
    column("accepts_marketing", "Boolean", values::boolean<30>, 10),
    column("has_open_invoice", "Boolean", values::boolean<20>),
    column("total_order_count", "Int", values::integer<0, 900>),
    column("returned_item_count", "Int", values::integer<0, 30>),
    column("support_ticket_count", "Int", values::integer<0, 60>),
    column("total_login_count", "Int", values::integer<0, 20'000>),
    column("loyalty_points", "Int", values::integer<0, 250'000>),
    column("risk_score", "Float", values::decimal<0, 10'000, 4>, 10),
    column("satisfaction_rating", "Decimal", values::decimal<10, 50, 1>, 30),
    column(
        "referral_code", "String", [](Cell& cell) { values::code(cell, "REF", 7); }, 15),
    column("referred_by_customer_id", "ID", values::integer<1, 10'000>, 40),
    column("assigned_agent_name", "String", values::full_name, 20),
    column("created_at", "DateTime", values::timestamp),
    column("updated_at", "DateTime", values::timestamp),
    column("last_login_at", "DateTime", values::timestamp, 15),
    column("last_order_placed_at", "DateTime", values::timestamp, 25),
    column("deleted_at", "DateTime", values::timestamp, 70),
    column("avatar_url", "String", values::url, 10),
    column("internal_note", "String", values::remark, 15),
    column("custom_attributes", "JSON", values::settings, 5),
};
inline constexpr ObjectType kCustomer = {"Customer", kCustomerColumns};

inline constexpr std::string_view kCustomerSelection = R"({
    lastLoginAt
    email: primary_email
    display_name
    is_account_active
    account_balance
    currency_code
    custom_attributes
    billing_country_code
    billing_city_name
    internal_note
    total_order_count
    plan: subscription_plan
    customer_segment
    risk_score
    created_at
    avatar_url
    customer_id
})";

}  // namespace rowcast::workloads::tables
