// The SQL script of a plan: what sqlmigrate and --dry-run print.
#pragma once

#include <string>

#include "migrations_engine/plan.hpp"
#include "orm/dialect.hpp"

namespace manage::migrations_engine {

/// Safe to run by hand: the transaction is written out, comments say what each
/// part is for. Its checks, and all statements but those of RunSQL, change
/// nothing if one of them fails, even where a tool goes on after errors. The
/// first line says so if that is not enough.
std::string to_sql(const Plan& plan, const orm::Dialect& dialect);

}  // namespace manage::migrations_engine
