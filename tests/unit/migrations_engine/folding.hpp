// Operations as migration files have them, alone: what they say of themselves,
// what is wrong with them, how two of them meet.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "migrations_engine/migration.hpp"
#include "migrations_engine/optimizer.hpp"

namespace manage::migrations_engine {

using Lines = std::vector<std::string>;

/// Those of an app shop: {"DeleteModel: {name: Author}"}.
inline Operations operations_of(const Lines& texts) {
  std::string file = "operations:\n";
  for (const std::string& text : texts) file += "  - " + text + "\n";
  return read_migration(
             std::make_shared<SourceFile>("shop/migrations/0002_x.yaml", file),
             {"shop", "0002_x"})
      .operations;
}

inline Lines written(const Operations& operations) {
  Lines lines;
  for (const OperationPtr& operation : operations) {
    lines.push_back(yaml::write_flow(operation_to_data(*operation)));
  }
  return lines;
}

/// The operations, to compare what others fold into with.
inline Lines written(const Lines& texts) {
  return written(operations_of(texts));
}

/// What the operations fold into, in the same form.
inline Lines folded(const Lines& texts) {
  return written(optimize(operations_of(texts), "shop"));
}

/// "passes" if the first may change places with the second, "folds", or
/// "stays".
inline std::string meets(const std::string& first, const std::string& second) {
  const Operations both = operations_of({first, second});
  switch (both[0]->reduce(*both[1], "shop").kind) {
    case Reduction::Kind::kPass:
      return "passes";
    case Reduction::Kind::kReplace:
      return "folds";
    case Reduction::Kind::kBlocked:
      break;
  }
  return "stays";
}

/// "+ Create model Author (author)": symbol, description, fragment of the name.
inline std::string says(const std::string& text) {
  const OperationPtr operation = operations_of({text}).front();
  return std::string(1, operation->symbol()) + " " + operation->describe() +
         " (" + operation->fragment() + ")";
}

/// What is wrong with the operation, which begins at 2:5: "2:14: message
/// (hint)".
inline Lines mistakes(const std::string& text) {
  try {
    operations_of({text});
  } catch (const Error& error) {
    Lines lines;
    for (const Diagnostic& one : error.diagnostics()) {
      std::string place = one.where.text();
      lines.push_back(place.substr(place.find(':') + 1) + ": " + one.message);
      if (!one.hint.empty()) lines.back() += " (" + one.hint + ")";
    }
    return lines;
  }
  return {};
}

}  // namespace manage::migrations_engine
