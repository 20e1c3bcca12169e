#include "migrations_engine/operations/run_sql.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/sql_lexer.hpp"
#include "orm/dialect.hpp"

namespace manage::migrations_engine {

namespace {

using Sql = RunSQL::Sql;
using SqlByVendor = RunSQL::SqlByVendor;

orm::Value parameter(const Data& data) {
  if (data.is_null()) return orm::Null{};
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) return *number;
  if (const Real* real = data.real()) {
    if (std::optional<Decimal> exact = Decimal::parse(real->text)) {
      return *exact;
    }
    return real->text;
  }
  if (const std::string* text = data.text()) return *text;
  return orm::Json{to_json(data)};
}

/// Django's placeholders as the dialect's: %s is a parameter, %% a per cent.
std::string with_placeholders(std::string_view sql,
                              const orm::Dialect& dialect) {
  std::string out;
  int number = 0;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
    if (sql[at] == '%' && next == 's') {
      out += dialect.placeholder(++number);
      ++at;
    } else if (sql[at] == '%' && next == '%') {
      out += '%';
      ++at;
    } else {
      out += sql[at];
    }
  }
  return out;
}

/// Reads `sql:` or `reverse_sql:`.
class SqlReader {
 public:
  SqlReader(std::string what, Diagnostics& diagnostics)
      : what_(std::move(what)), diagnostics_(diagnostics) {}

  SqlByVendor read(const yaml::Node& node) {
    if (!node.is_map()) return {{"", statements(node)}};
    SqlByVendor by_vendor;
    for (const yaml::Node::Entry& entry : node.entries) {
      if (!orm::find_dialect(entry.key)) {
        diagnostics_.add(
            "migrations.vendor", entry.value.pos(),
            fmt::format("{}: there is no database {}", what_, entry.key),
            "the keys are sqlite and postgresql");
        continue;
      }
      by_vendor[entry.key] = statements(entry.value);
    }
    return by_vendor;
  }

 private:
  /// A text, or a list of texts and of [text, [parameters]].
  std::vector<Sql> statements(const yaml::Node& node) {
    std::vector<Sql> found;
    if (!node.is_sequence()) {
      add_text(node, found);
      return found;
    }
    if (node.items.size() == 2 && node.items[1].is_sequence() &&
        node.items[0].is_scalar()) {
      add_pair(node, found);
      return found;
    }
    for (const yaml::Node& item : node.items) {
      if (item.is_scalar()) {
        add_text(item, found);
      } else {
        add_pair(item, found);
      }
    }
    return found;
  }

  void add_text(const yaml::Node& node, std::vector<Sql>& found) {
    std::optional<std::string> text = yaml::to_text(node, what_, diagnostics_);
    if (!text || *text == "noop") return;
    found.push_back({*std::move(text), {}, true});
  }

  void add_pair(const yaml::Node& node, std::vector<Sql>& found) {
    bool good = node.is_sequence() && node.items.size() == 2 &&
                node.items[0].is_scalar() && node.items[1].is_sequence();
    if (!good) {
      diagnostics_.add("yaml.type", node.pos(),
                       fmt::format("{}: a statement is a text, or a list of "
                                   "the text and its parameters",
                                   what_),
                       "write it as `[\"UPDATE t SET a = %s\", [1]]`");
      return;
    }
    Sql sql{node.items[0].text, {}, false};
    for (const yaml::Node& item : node.items[1].items) {
      sql.parameters.push_back(parameter(yaml::to_data(item)));
    }
    found.push_back(std::move(sql));
  }

  std::string what_;
  Diagnostics& diagnostics_;
};

std::vector<std::string> statements_of(const Sql& sql,
                                       const orm::Dialect& dialect) {
  if (!sql.script) return {sql.text};
  return split_sql(sql.text, dialect.features().nested_comments);
}

void run(const SqlByVendor& by_vendor, orm::SchemaEditor& editor) {
  auto found = by_vendor.find("");
  if (found == by_vendor.end()) {
    found = by_vendor.find(editor.dialect().name());
  }
  if (found == by_vendor.end()) return;
  const orm::Dialect& dialect = editor.dialect();
  for (const Sql& sql : found->second) {
    if (sql.script) {
      for (const std::string& statement : statements_of(sql, dialect)) {
        editor.run_sql(statement, {});
      }
      continue;
    }
    // Without parameters a per cent is just that (formats: RunSQL).
    editor.run_sql(sql.parameters.empty()
                       ? sql.text
                       : with_placeholders(sql.text, dialect),
                   sql.parameters);
  }
}

/// On any of the databases that it is for.
bool ends_transaction(const SqlByVendor& by_vendor) {
  for (const auto& [vendor, list] : by_vendor) {
    for (const orm::Dialect* dialect :
         {&orm::sqlite_dialect(), &orm::postgresql_dialect()}) {
      if (!vendor.empty() && dialect->name() != vendor) continue;
      for (const Sql& sql : list) {
        for (const std::string& statement : statements_of(sql, *dialect)) {
          const auto use = dialect->manner(statement).transaction;
          if (use == orm::StatementManner::Transaction::kBegins ||
              use == orm::StatementManner::Transaction::kEnds) {
            return true;
          }
        }
      }
    }
  }
  return false;
}

}  // namespace

RunSQL::RunSQL(SqlByVendor forwards, std::optional<SqlByVendor> backwards,
               bool elidable, std::optional<bool> atomic, Data source)
    : forwards_(std::move(forwards)),
      backwards_(std::move(backwards)),
      elidable_(elidable),
      atomic_(atomic),
      source_(std::move(source)) {}

std::shared_ptr<Operation> RunSQL::read(ArgumentReader& arguments) {
  DataMap source;
  SqlByVendor forwards;
  std::optional<SqlByVendor> backwards;
  if (const yaml::Node* node = arguments.require("sql")) {
    SqlReader reader(arguments.what("sql"), arguments.diagnostics());
    forwards = reader.read(*node);
    source.set("sql", yaml::to_data(*node));
  }
  const yaml::Node* node = arguments.get("reverse_sql");
  if (node && !node->is_null()) {
    SqlReader reader(arguments.what("reverse_sql"), arguments.diagnostics());
    backwards = reader.read(*node);
    source.set("reverse_sql", yaml::to_data(*node));
  }
  bool elidable = arguments.flag("elidable", false);
  if (elidable) source.set("elidable", true);
  std::optional<bool> atomic;
  if (arguments.get("atomic")) {
    atomic = arguments.flag("atomic", true);
    source.set("atomic", *atomic);
  }
  return std::make_shared<RunSQL>(std::move(forwards), std::move(backwards),
                                  elidable, atomic, std::move(source));
}

bool RunSQL::has_transaction() const {
  try {
    return ends_transaction(forwards_) ||
           (backwards_ && ends_transaction(*backwards_));
  } catch (const Error& error) {
    throw Error(error).at(pos);
  }
}

std::string RunSQL::describe() const { return "Raw SQL operation"; }

std::string RunSQL::fragment() const { return {}; }

Data RunSQL::to_data() const { return source_; }

void RunSQL::state_forwards(std::string_view, ProjectState&) const {}

void RunSQL::database_forwards(std::string_view, orm::SchemaEditor& editor,
                               const ProjectState&, const ProjectState&) const {
  run(forwards_, editor);
}

void RunSQL::database_backwards(std::string_view, orm::SchemaEditor& editor,
                                const ProjectState&,
                                const ProjectState&) const {
  if (!backwards_) {
    throw Error("migrations.irreversible",
                "this RunSQL has no reverse_sql, so it cannot be undone")
        .at(pos)
        .hint(
            "add reverse_sql, or `reverse_sql: noop` if nothing needs undoing");
  }
  run(*backwards_, editor);
}

}  // namespace manage::migrations_engine
