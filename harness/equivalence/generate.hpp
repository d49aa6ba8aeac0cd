#pragma once

// Draws cases that are likely to tell two implementations apart: names that are the same once they
// are camel-cased, tokens that cross the borders of vectors, every escape, every kind of damage.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/equivalence/model.hpp"
#include "workloads/random.hpp"

namespace rowcast::equivalence {

using workloads::Random;

// The names of one case. Each entry of `variants` holds spellings with one camelCase form, so that
// a document, a schema and a selection drawn from one vocabulary meet each other.
struct Vocabulary {
    std::vector<std::vector<std::string>> variants;
};

// Kinds of token.
std::string generate_number(Random& random);
std::string generate_string_token(Random& random, bool may_be_invalid);
std::string generate_scalar_token(Random& random, bool may_be_invalid);

// A key as written in a document, quotes included: the text, now and then with some of its
// characters as escapes.
std::string spell_key(Random& random, const std::string& key);

Vocabulary generate_vocabulary(Random& random);
const std::string& draw_name(Random& random, const Vocabulary& vocabulary);

// A value of about `size` nodes at the most.
Value generate_value(Random& random, const Vocabulary& vocabulary, std::size_t size,
                     bool may_be_invalid);

// What is in a case: damage makes most rows invalid.
struct GenerateOptions {
    bool damage = true;
};

CaseModel generate_case(Random& random, std::size_t size, const GenerateOptions& options);

}  // namespace rowcast::equivalence
