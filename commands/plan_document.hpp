// A plan's statements as data, for --format json.
#pragma once

#include "core/data.hpp"
#include "migrations_engine/plan.hpp"

namespace manage::commands {

/// With their values in place.
DataList statements_document(const std::vector<orm::Statement>& statements,
                             const orm::Dialect& dialect);

DataMap plan_document(const migrations_engine::Plan& plan,
                      const orm::Dialect& dialect);

}  // namespace manage::commands
