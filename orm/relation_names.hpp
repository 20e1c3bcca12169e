// How a relation is called from its other side, by Django 5.2's rules.
#pragma once

#include <string>

#include "orm/model_def.hpp"

namespace manage::orm {

/// In queries: related_query_name, else related_name, else the name of the
/// model in lower case.
std::string query_name(const ModelDef& model, const FieldDef& field);

/// On a record: related_name, else "book_set", of a OneToOneField "book".
std::string accessor_name(const ModelDef& model, const FieldDef& field);

/// Whether there is no way back: a related_name that ends with +, or a
/// symmetrical relation.
bool is_hidden(const ModelDef& model, const FieldDef& field);

/// The name of the link to a parent, where its child does not give it one.
std::string parent_link_name(const ModelKey& parent);

/// A ManyToManyField to its own model that leads both ways.
bool is_symmetrical(const ModelDef& model, const FieldDef& field);

}  // namespace manage::orm
