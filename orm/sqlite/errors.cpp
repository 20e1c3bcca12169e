#include "orm/sqlite/errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::orm {

namespace {

/// "UNIQUE constraint failed: shop_book.title, shop_book.author_id" after the
/// colon: the table and its columns.
void read_columns(std::string_view list, DatabaseError& error) {
  std::size_t start = 0;
  while (start <= list.size()) {
    std::size_t end = std::min(list.find(", ", start), list.size());
    std::string_view name = list.substr(start, end - start);
    std::size_t dot = name.rfind('.');
    if (dot != std::string_view::npos) {
      error.table = name.substr(0, dot);
      error.columns.emplace_back(name.substr(dot + 1));
    }
    start = end + 2;
  }
}

/// What the message says after its colon: columns, or a name. The table that a
/// rebuild fills goes by the name of the one it replaces.
std::string subject(std::string_view message) {
  constexpr std::string_view kRebuilt = "new__";
  std::size_t colon = message.find(": ");
  if (colon == std::string_view::npos) return {};
  std::vector<std::string> names = text::split(message.substr(colon + 2), ',');
  for (std::string& name : names) {
    std::size_t start = name.starts_with(' ') ? 1 : 0;
    if (name.compare(start, kRebuilt.size(), kRebuilt) == 0) {
      name.erase(start, kRebuilt.size());
    }
  }
  return text::join(names, ",");
}

DatabaseError unique_error(std::string_view subject) {
  constexpr std::string_view kIndex = "index '";
  DatabaseError named("database.unique", "");
  if (subject.substr(0, kIndex.size()) == kIndex && subject.back() == '\'') {
    named.constraint =
        subject.substr(kIndex.size(), subject.size() - kIndex.size() - 1);
  } else {
    read_columns(subject, named);
  }
  DatabaseError error(
      "database.unique",
      named.columns.empty()
          ? fmt::format("another row has the same {}", subject)
          : fmt::format("another row of {} has the same {}", named.table,
                        text::join(named.columns, ", ")));
  error.table = std::move(named.table);
  error.columns = std::move(named.columns);
  error.constraint = std::move(named.constraint);
  return error;
}

DatabaseError constraint_error(const SqliteFailure& failure) {
  std::string about = subject(failure.message);
  switch (failure.code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return unique_error(about);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {"database.foreign-key",
              "a row refers to one that does not exist, or is referred to"};
    case SQLITE_CONSTRAINT_NOTNULL: {
      DatabaseError error("database.not-null",
                          fmt::format("{} must not be null", about));
      read_columns(about, error);
      return error;
    }
    case SQLITE_CONSTRAINT_CHECK: {
      DatabaseError error("database.check",
                          fmt::format("the check {} failed", about));
      error.constraint = about;
      return error;
    }
    default:
      return {"database.error", failure.message};
  }
}

DatabaseError hinted(DatabaseError error, std::string hint) {
  error.hint(std::move(hint));
  return error;
}

}  // namespace

DatabaseError sqlite_error(const SqliteFailure& failure) {
  auto about_file = [&](std::string_view code, std::string_view what) {
    return DatabaseError(std::string(code),
                         fmt::format("the database \"{}\" ({}) {}",
                                     failure.alias, failure.path, what));
  };
  switch (failure.code & 0xff) {
    case SQLITE_CONSTRAINT:
      return constraint_error(failure);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: {
      DatabaseError error = about_file("database.locked", "is locked");
      error.exit(ExitCode::kLocked);
      return hinted(std::move(error),
                    "another program is writing to it; try again when it is "
                    "done, or raise options.timeout (seconds)");
    }
    case SQLITE_READONLY:
      return hinted(about_file("database.error", "is read-only"),
                    "the file and its folder must be writable");
    case SQLITE_CANTOPEN:
      return hinted(about_file("database.connect", "cannot be opened"),
                    "the folder must exist, and folder and file be readable");
    case SQLITE_NOTADB:
      return hinted(about_file("database.connect", "is not a SQLite database"),
                    "check databases." + failure.alias + ".name");
    case SQLITE_CORRUPT:
      return hinted(about_file("database.resource", "is damaged"),
                    "restore a backup, or try sqlite3's .recover");
    case SQLITE_FULL:
      return hinted(
          about_file("database.resource", "cannot grow: no space left"),
          "free space on its disk");
    case SQLITE_IOERR:
      return about_file(
          "database.resource",
          fmt::format("cannot be read or written ({})", failure.message));
    case SQLITE_INTERRUPT: {
      DatabaseError error("database.interrupted",
                          "the statement was interrupted");
      error.exit(ExitCode::kInterrupted);
      return error;
    }
    default:
      return {"database.error", failure.message};
  }
}

}  // namespace manage::orm
