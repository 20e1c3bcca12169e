// The rows of a query as a model that no registry has, so that another query
// can be about them: a subquery in FROM, or a common table expression.
#pragma once

#include <memory>
#include <string>

#include "orm/query/query.hpp"

namespace manage::orm {

/// Its table is `name`, its fields are what `rows` selects, by the names they
/// have there. Foreign keys lead where they led. With the primary key of the
/// model that `rows` is about among them, every field and relation of that
/// model is one of these rows too, a join away.
///
/// Throws Error "query.expression" for two columns of one name, for a name with
/// "__" in it, and for an expression of which nobody knows what it is.
std::shared_ptr<const Model> rows_model(const Query& rows,
                                        const std::string& name);

}  // namespace manage::orm
