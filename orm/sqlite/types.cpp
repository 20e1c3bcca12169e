// Column types on SQLite: to SQLite they are only affinities, but they are
// Django's spelling, and what inspection reads back.
#include <fmt/format.h>

#include "orm/column_types.hpp"
#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

namespace {

constexpr ColumnType kTypes[] = {
    {FieldKind::kAuto, "integer", "integer"},
    {FieldKind::kBigAuto, "integer", "bigint"},
    {FieldKind::kSmallAuto, "integer", "smallint"},
    {FieldKind::kBigInteger, "bigint", "bigint"},
    {FieldKind::kBinary, "BLOB", "BLOB"},
    {FieldKind::kBoolean, "bool", "bool"},
    {FieldKind::kChar, "varchar{length}", "varchar{length}"},
    {FieldKind::kDate, "date", "date"},
    {FieldKind::kDateTime, "datetime", "datetime"},
    {FieldKind::kDecimal, "decimal", "decimal"},
    {FieldKind::kDuration, "bigint", "bigint"},
    {FieldKind::kEmail, "varchar{length}", "varchar{length}"},
    {FieldKind::kFile, "varchar{length}", "varchar{length}"},
    {FieldKind::kFilePath, "varchar{length}", "varchar{length}"},
    {FieldKind::kFloat, "real", "real"},
    {FieldKind::kGenericIPAddress, "char(39)", "char(39)"},
    {FieldKind::kImage, "varchar{length}", "varchar{length}"},
    {FieldKind::kInteger, "integer", "integer"},
    {FieldKind::kJson, "text", "text"},
    {FieldKind::kPositiveBigInteger, "bigint unsigned", "bigint"},
    {FieldKind::kPositiveInteger, "integer unsigned", "integer"},
    {FieldKind::kPositiveSmallInteger, "smallint unsigned", "smallint"},
    {FieldKind::kSlug, "varchar{length}", "varchar{length}"},
    {FieldKind::kSmallInteger, "smallint", "smallint"},
    {FieldKind::kText, "text", "text"},
    {FieldKind::kTime, "time", "time"},
    {FieldKind::kUrl, "varchar{length}", "varchar{length}"},
    {FieldKind::kUuid, "char(32)", "char(32)"},
};

}  // namespace

std::string SqliteDialect::column_type(const FieldDef& field,
                                       const ModelSet& models) const {
  return spell_column_type(kTypes, field, models);
}

std::string SqliteDialect::type_check(const FieldDef& field) const {
  const std::string column = quote_name(field.column());
  const FieldDef& value = field.is_generated() ? *field.inner : field;
  switch (value.kind()) {
    case FieldKind::kPositiveBigInteger:
    case FieldKind::kPositiveInteger:
    case FieldKind::kPositiveSmallInteger:
      return column + " >= 0";
    case FieldKind::kJson:
      return fmt::format("(JSON_VALID({0}) OR {0} IS NULL)", column);
    default:
      return {};
  }
}

}  // namespace manage::orm
