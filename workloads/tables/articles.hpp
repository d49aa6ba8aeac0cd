#pragma once

#include <string_view>

#include "workloads/values.hpp"
#include "workloads/vocabulary.hpp"

// `text` and `text-ascii`: rows that are nearly all string.
namespace rowcast::workloads::tables {

// Sentences in other languages than English, so that about 30 % of a row's bytes are non-ASCII
// (a test checks it): such a sentence has more bytes, and not all of them are non-ASCII.
inline constexpr unsigned kOtherLanguagesPercent = 36;

inline constexpr Column kArticleColumns[] = {
    column("article_id", "ID", values::integer<1, 9'999'999>),
    column("author_name", "String", values::full_name),
    column("article_title", "String",
           [](Cell& cell) { values::prose(cell, 30, 60, kOtherLanguagesPercent); }),
    column(
        "short_summary", "String",
        [](Cell& cell) { values::prose(cell, 200, 400, kOtherLanguagesPercent); }, 10),
    column("article_body", "String",
           [](Cell& cell) { values::prose(cell, 1'200, 2'400, kOtherLanguagesPercent); }),
    column(
        "editor_note", "String",
        [](Cell& cell) { values::prose(cell, 60, 120, kOtherLanguagesPercent); }, 50),
    column("published_at", "DateTime", values::timestamp, 10),
    column("reading_minutes", "Int", values::integer<1, 30>),
    column("is_featured", "Boolean", values::boolean<10>),
};
inline constexpr ObjectType kArticle = {"Article", kArticleColumns};

inline constexpr std::string_view kArticleSelection =
    "{ body: article_body author: author_name article_id }";

}  // namespace rowcast::workloads::tables
