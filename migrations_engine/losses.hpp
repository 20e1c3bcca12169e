// What new migrations take from the rows that a database may have.
#pragma once

#include <string>
#include <vector>

#include "migrations_engine/migration.hpp"
#include "migrations_engine/state.hpp"

namespace manage::migrations_engine {

/// For each of the migrations, in sentences: "the rows of shop.Author will be
/// deleted". `before` is the state that the first of them starts from. What
/// they make themselves has no rows yet, and the fields of a model that goes
/// are not told one by one. What RunSQL does nobody knows.
std::vector<std::vector<std::string>> find_losses(
    const std::vector<Migration>& migrations, ProjectState before);

}  // namespace manage::migrations_engine
