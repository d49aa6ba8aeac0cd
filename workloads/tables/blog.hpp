#pragma once

#include <string_view>

#include "workloads/values.hpp"
#include "workloads/vocabulary.hpp"

// `nested`: one author with everything below.
namespace rowcast::workloads::tables {

inline constexpr Column kGeoPointColumns[] = {
    column("latitude", "Float", values::decimal<-9'000'000, 9'000'000, 5>),
    column("longitude", "Float", values::decimal<-18'000'000, 18'000'000, 5>),
};
inline constexpr ObjectType kGeoPoint = {"GeoPoint", kGeoPointColumns};

inline constexpr Column kAddressColumns[] = {
    column("street_address", "String", values::street_address),
    column("city_name", "String", values::city),
    column("postal_code", "String", values::postal_code, 10),
    column("country_code", "String", values::one_of<vocabulary::kCountryCodes>),
    object("geo_location", kGeoPoint, 30),
};
inline constexpr ObjectType kAddress = {"Address", kAddressColumns};

inline constexpr Column kProfileColumns[] = {
    column("display_name", "String", values::full_name),
    column(
        "biography", "String", [](Cell& cell) { values::prose(cell, 100, 250, 20); }, 10),
    column("website_url", "String", values::url, 40),
    column("birth_date", "Date", values::date, 30),
    column("preferred_locale", "String", values::one_of<vocabulary::kLocales>),
    column("follower_count", "Int", values::integer<0, 90'000>),
};
inline constexpr ObjectType kProfile = {"Profile", kProfileColumns};

inline constexpr Column kCommentColumns[] = {
    column("comment_id", "ID", values::integer<1, 9'999'999>),
    column("author_name", "String", values::full_name, 5),
    column("comment_body", "String", values::remark),
    column("created_at", "DateTime", values::timestamp),
    column("like_count", "Int", values::integer<0, 500>),
};
inline constexpr ObjectType kComment = {"Comment", kCommentColumns};

inline constexpr Column kPostColumns[] = {
    column("post_id", "ID", values::integer<1, 999'999>),
    column("post_title", "String", [](Cell& cell) { values::words(cell, 3, 8); }),
    column("post_body", "String", [](Cell& cell) { values::prose(cell, 40, 120, 15); }),
    column("published_at", "DateTime", values::timestamp, 20),
    column("view_count", "Int", values::integer<0, 99'999>),
    column("average_rating", "Decimal", values::decimal<10, 50, 1>, 25),
    column("is_pinned", "Boolean", values::boolean<5>),
    scalar_list("tag_names", "String", values::tags),
    object_list("post_comments", kComment, 10),
};
inline constexpr ObjectType kPost = {"Post", kPostColumns};

inline constexpr Column kAuthorColumns[] = {
    column("user_id", "ID", values::integer<1, 4'000'000'000>),
    column("external_uuid", "UUID", values::uuid),
    column("user_name", "String", values::username),
    column("email_address", "String", values::email),
    column("is_verified", "Boolean", values::boolean<60>, 10),
    column("account_balance", "Decimal", values::decimal<-100'000, 900'000, 2>),
    column("created_at", "DateTime", values::timestamp),
    column("ui_settings", "JSON", values::settings),
    object("user_profile", kProfile),
    object("home_address", kAddress),
    object_list("user_posts", kPost, 50),
};
inline constexpr ObjectType kAuthor = {"User", kAuthorColumns};

inline constexpr std::string_view kAuthorSelection = R"({
    user_posts {
        published_at
        post_comments { comment_body author: author_name }
        tag_names
        headline: post_title
    }
    user_profile { website_url display_name }
    home_address { geo_location { longitude } city_name }
    email_address
    user_id
})";

}  // namespace rowcast::workloads::tables
