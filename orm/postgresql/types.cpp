// Column types on PostgreSQL, in Django's spelling.
#include "orm/column_types.hpp"
#include "orm/postgresql/dialect.hpp"

namespace manage::orm {

namespace {

constexpr ColumnType kTypes[] = {
    {FieldKind::kAuto, "integer", "integer"},
    {FieldKind::kBigAuto, "bigint", "bigint"},
    {FieldKind::kSmallAuto, "smallint", "smallint"},
    {FieldKind::kBigInteger, "bigint", "bigint"},
    {FieldKind::kBinary, "bytea", "bytea"},
    {FieldKind::kBoolean, "boolean", "boolean"},
    {FieldKind::kChar, "varchar{length}", "varchar{length}"},
    {FieldKind::kDate, "date", "date"},
    {FieldKind::kDateTime, "timestamp with time zone",
     "timestamp with time zone"},
    {FieldKind::kDecimal, "numeric{digits}", "numeric{digits}"},
    {FieldKind::kDuration, "interval", "interval"},
    {FieldKind::kEmail, "varchar{length}", "varchar{length}"},
    {FieldKind::kFile, "varchar{length}", "varchar{length}"},
    {FieldKind::kFilePath, "varchar{length}", "varchar{length}"},
    {FieldKind::kFloat, "double precision", "double precision"},
    {FieldKind::kGenericIPAddress, "inet", "inet"},
    {FieldKind::kImage, "varchar{length}", "varchar{length}"},
    {FieldKind::kInteger, "integer", "integer"},
    {FieldKind::kJson, "jsonb", "jsonb"},
    {FieldKind::kPositiveBigInteger, "bigint", "bigint"},
    {FieldKind::kPositiveInteger, "integer", "integer"},
    {FieldKind::kPositiveSmallInteger, "smallint", "smallint"},
    {FieldKind::kSlug, "varchar{length}", "varchar{length}"},
    {FieldKind::kSmallInteger, "smallint", "smallint"},
    {FieldKind::kText, "text", "text"},
    {FieldKind::kTime, "time", "time"},
    {FieldKind::kUrl, "varchar{length}", "varchar{length}"},
    {FieldKind::kUuid, "uuid", "uuid"},
    {FieldKind::kArray, "{element}[{size}]", "{element}[{size}]"},
    {FieldKind::kHStore, "hstore", "hstore"},
    {FieldKind::kSearchVector, "tsvector", "tsvector"},
    {FieldKind::kIntegerRange, "int4range", "int4range"},
    {FieldKind::kBigIntegerRange, "int8range", "int8range"},
    {FieldKind::kDecimalRange, "numrange", "numrange"},
    {FieldKind::kDateRange, "daterange", "daterange"},
    {FieldKind::kDateTimeRange, "tstzrange", "tstzrange"},
};

}  // namespace

std::string PostgresqlDialect::column_type(const FieldDef& field,
                                           const ModelSet& models) const {
  return spell_column_type(kTypes, field, models);
}

std::string PostgresqlDialect::stored_type(std::string_view type) const {
  // What follows the name stays: a length, or [] of an array.
  for (auto [ours, theirs] : {std::pair<std::string_view, std::string_view>{
                                  "varchar", "character varying"},
                              {"time", "time without time zone"}}) {
    if (!type.starts_with(ours)) continue;
    std::string_view rest = type.substr(ours.size());
    if (rest.empty() || rest[0] == '(' || rest[0] == '[') {
      return std::string(theirs) + std::string(rest);
    }
  }
  return std::string(type);
}

std::string PostgresqlDialect::type_check(const FieldDef& field) const {
  const FieldDef& value = field.is_generated() ? *field.inner : field;
  switch (value.kind()) {
    case FieldKind::kPositiveBigInteger:
    case FieldKind::kPositiveInteger:
    case FieldKind::kPositiveSmallInteger:
      return quote_name(field.column()) + " >= 0";
    default:
      return {};
  }
}

}  // namespace manage::orm
