#include "orm/script_guard.hpp"

#include <fmt/format.h>

#include "orm/dialect.hpp"

namespace manage::orm {

namespace {

/// The shell reports a failed check by this name.
constexpr std::string_view kTable =
    "\"manage_checks\" (\"passed\" integer CONSTRAINT \"a check of the "
    "migration\" CHECK (\"passed\"), \"schema\" integer)";

/// Behind what may have ended the transaction. In it, this is nothing; without
/// it, this begins one, which nobody will commit.
constexpr std::string_view kCatchRest = "SAVEPOINT \"manage_checks\"";

class SqliteScriptGuard final : public ScriptGuard {
 public:
  Lines before_begin() const override {
    return {"DROP TABLE IF EXISTS temp.\"manage_checks\"",
            fmt::format("CREATE TEMP TABLE {}", kTable)};
  }

  /// In a transaction of its tool's, foreign keys could not be switched off.
  Lines after_begin() const override {
    return {
        "INSERT OR ROLLBACK INTO temp.\"manage_checks\" SELECT NOT "
        "\"foreign_keys\", \"schema_version\" FROM pragma_foreign_keys, "
        "pragma_schema_version",
        std::string(kCatchRest)};
  }

  Lines check(std::string_view query) const override {
    return {fmt::format("INSERT OR ROLLBACK INTO temp.\"manage_checks\" "
                        "(\"passed\") SELECT NOT EXISTS ({})",
                        query),
            std::string(kCatchRest)};
  }

  /// The table is there, unless the file was locked when it was to be made.
  Lines before_commit(std::size_t checks, std::size_t changes) const override {
    return {fmt::format("CREATE TEMP TABLE IF NOT EXISTS {}", kTable),
            fmt::format("INSERT OR ROLLBACK INTO temp.\"manage_checks\" "
                        "(\"passed\") SELECT count(*) = {} AND (SELECT "
                        "\"schema_version\" FROM pragma_schema_version) >= "
                        "max(\"schema\") + {} FROM temp.\"manage_checks\"",
                        checks + 1, changes)};
  }

  Lines after_commit() const override {
    return {"DROP TABLE temp.\"manage_checks\""};
  }
};

}  // namespace

const ScriptGuard* script_guard(const Dialect& dialect) {
  static const SqliteScriptGuard kGuard;
  return dialect.rebuilds_tables() ? &kGuard : nullptr;
}

}  // namespace manage::orm
