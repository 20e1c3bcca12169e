// Tables of models, for tests.
#pragma once

#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/schema_editor.hpp"

namespace manage::orm {

/// With its join tables.
inline void create_table(Connection& connection, const ModelSet& models,
                         const ModelKey& key) {
  Catalog catalog;
  auto editor = connection.dialect().schema_editor(catalog);
  editor->create_model(models.get(key), models);
  for (const auto& statements : {editor->take(), editor->take_deferred()}) {
    for (const Statement& statement : statements) {
      connection.execute(statement.sql);
    }
  }
}

}  // namespace manage::orm
