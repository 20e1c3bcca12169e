// What is wrong with the migration files of a project, without a database.
#pragma once

#include "core/checks.hpp"
#include "migrations_engine/code_runner.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

/// Tag "migrations": files that cannot be read or are not, dependencies that
/// lead nowhere, two leaves in an app, a history that cannot be replayed,
/// programs of which `runner` says that they are none. Apps and models outlive
/// the list.
void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models,
                std::shared_ptr<CodeRunner> runner);

}  // namespace manage::migrations_engine
