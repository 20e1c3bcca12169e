// Functions of a project's own that its models name: `{lua:
// app.module.function}` as a default, as a validator, and as `clean` of a
// model.
//
// Who knows their language implements this (scripting/); here nobody asks for
// one before it is needed, so that reading and checking models starts nothing.
#pragma once

#include <string>
#include <vector>

#include "core/source.hpp"
#include "orm/value.hpp"

namespace manage::orm {

class Record;

/// Something that is wrong with a record.
struct Invalid {
  std::string field;  ///< empty: the record as a whole
  std::string code;   ///< Django's: "blank", "unique", "invalid_choice"
  std::string message;
};

struct Callable {
  std::string name;  ///< "shop.validators.isbn"
  SourcePos pos;     ///< of who names it; nowhere: unknown
};

/// Each throws what the function raises, and "script.unknown" where there is
/// none of that name. Called on the thread that made it.
class Callables {
 public:
  virtual ~Callables() = default;
  /// A default, for one new row.
  virtual Value make(const Callable& function) = 0;
  /// What is wrong with a value; the field is the caller's to name.
  virtual std::vector<Invalid> validate(const Callable& function,
                                        const Value& value) = 0;
  /// What is wrong with a record, which the function may change.
  virtual std::vector<Invalid> clean(const Callable& function,
                                     Record& record) = 0;
};

}  // namespace manage::orm
