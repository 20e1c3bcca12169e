// The SQL script of a plan: what sqlmigrate and --dry-run print.
#pragma once

#include <string>

#include "migrations_engine/plan.hpp"
#include "orm/dialect.hpp"

namespace manage::migrations_engine {

/// The statement with its values where its placeholders are.
std::string with_values(const orm::Statement& statement,
                        const orm::Dialect& dialect);

/// Safe to run by hand: the transaction is written out, comments say what each
/// part is for. Its checks, and all statements but those of RunSQL, change
/// nothing if one of them fails, even where a tool goes on after errors. The
/// first line says so if that is not enough.
std::string to_sql(const Plan& plan, const orm::Dialect& dialect);

}  // namespace manage::migrations_engine
