// Whether a record may be saved: Django's (5.2) Model.full_clean().
//
// Values are of their types already (Record::set). Here it is asked whether
// NULL and empty values are allowed, choices and validators are met, what a
// foreign key leads to is there (limit_choices_to), and whether unique fields,
// unique_together, unique_for_date, -month and -year, and constraints would let
// the row in. Everything wrong is told at once. Scopes do not count.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "orm/callables.hpp"
#include "orm/query/record.hpp"

namespace manage::orm {

/// Its diagnostics are the problems, with the codes "validation.blank" and so
/// on.
class ValidationError : public Error {
 public:
  ValidationError(const Model& model, std::vector<Invalid> problems);
  const std::vector<Invalid>& problems() const { return problems_; }

 private:
  std::vector<Invalid> problems_;
};

struct CleanOptions {
  std::vector<std::string> exclude = {};  ///< fields that are not looked at
  bool validate_unique = true;
  bool validate_constraints = true;
};

/// Throws ValidationError, and what functions of the project's own raise. The
/// model's `clean` runs when the fields are known to be good or bad, and may
/// change the record, as Django's Model.clean().
void full_clean(Record& record, const CleanOptions& options = {});

}  // namespace manage::orm
