#include "orm/postgresql/dialect.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/text.hpp"
#include "orm/connection.hpp"

namespace manage::orm {

namespace {

std::string quoted_text(std::string_view text) {
  std::string body = text::replace_all(std::string(text), "'", "''");
  if (body.find('\\') == std::string::npos) return "'" + body + "'";
  // Read the same whatever standard_conforming_strings says.
  return " E'" + text::replace_all(std::move(body), "\\", "\\\\") + "'";
}

struct Literal {
  std::string operator()(const Null&) const { return "NULL"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const {
    return fmt::format("{}", value);
  }
  std::string operator()(double value) const {
    std::string text = display(value);
    return std::isfinite(value) ? text : quoted_text(text) + "::float8";
  }
  std::string operator()(const Decimal& value) const { return value.text(); }
  std::string operator()(const std::string& value) const {
    return quoted_text(value);
  }
  std::string operator()(const Date& value) const {
    return quoted_text(value.text()) + "::date";
  }
  std::string operator()(const Time& value) const {
    return quoted_text(value.text()) + "::time";
  }
  std::string operator()(const DateTime& value) const {
    return quoted_text(value.text() + "+00:00") + "::timestamptz";
  }
  std::string operator()(const Duration& value) const {
    return quoted_text(value.text()) + "::interval";
  }
  std::string operator()(const Uuid& value) const {
    return quoted_text(uuid_text(value)) + "::uuid";
  }
  std::string operator()(const Json& value) const {
    return quoted_text(value.text) + "::jsonb";
  }
  std::string operator()(const Bytes& value) const {
    return "'\\x" + hex_text(value.data) + "'::bytea";
  }
};

/// Whether a JSON text has the escape \u0000, which jsonb refuses.
bool has_escaped_nul(std::string_view json) {
  for (std::size_t at = 0; at + 1 < json.size(); ++at) {
    if (json[at] != '\\') continue;
    if (json.substr(at, 6) == "\\u0000") return true;
    ++at;  // an escaped backslash starts no escape
  }
  return false;
}

}  // namespace

Features PostgresqlDialect::features() const {
  Features features;
  // The servers of this generation store every generated column, and compute
  // none from another.
  features.virtual_generated = false;
  features.nested_generated = false;
  return features;
}

std::string PostgresqlDialect::lock_table(std::string_view table) const {
  return fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
                     quote_name(table));
}

std::string PostgresqlDialect::advance_numbering(
    std::string_view table, std::string_view column) const {
  std::string sequence =
      fmt::format("pg_get_serial_sequence({}, {})",
                  quoted_text(quote_name(table)), quoted_text(column));
  return fmt::format(
      "SELECT setval({0}, GREATEST((SELECT MAX({1}) FROM {2}), "
      "pg_sequence_last_value({0}::regclass), 1))",
      sequence, quote_name(column), quote_name(table));
}

std::string PostgresqlDialect::placeholder(int number) const {
  return fmt::format("${}", number);
}

std::string PostgresqlDialect::literal(const Value& value) const {
  return std::visit(Literal{}, value);
}

Value PostgresqlDialect::to_db(FieldKind, const Value& value) const {
  return value;
}

Value PostgresqlDialect::from_db(FieldKind, const Value& value) const {
  return value;
}

bool PostgresqlDialect::reads_as_is(FieldKind kind) const {
  // Decimals get the places of their field.
  return kind != FieldKind::kDecimal;
}

std::string PostgresqlDialect::storage_problem(FieldKind,
                                               const Value& value) const {
  const std::string* text = std::get_if<std::string>(&value);
  if (text && text->find('\0') != std::string::npos) {
    return "contains a NUL character, which PostgreSQL cannot store";
  }
  const Json* json = std::get_if<Json>(&value);
  if (json && has_escaped_nul(json->text)) {
    return "contains \\u0000, which PostgreSQL cannot store";
  }
  return {};
}

}  // namespace manage::orm
