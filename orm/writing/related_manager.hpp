// The rows that a relation to many leads to, to be changed: Django's (5.2)
// related managers, of ManyToManyField from both sides and of foreign keys from
// behind.
//
//   RelatedManager tags(book, "tags");
//   tags.add({tag});  tags.set({a, b});  tags.clear();
//
// Changes are all or nothing, and what was prefetched is asked for again.
//
// Errors: "query.field" for what is no relation to many; "write.unsaved" for a
// record that is not in the database; "write.required" where a foreign key
// cannot be NULL; "query.none" for a record that is not among the rows;
// "query.value" for one of another model.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/query_set.hpp"
#include "orm/writing/manager.hpp"

namespace manage::orm {

struct AddOptions {
  /// What rows of the join model have beside the two keys.
  GivenList through_defaults = {};
  /// Of a foreign key: whether one UPDATE is enough. If not, each is saved.
  bool bulk = true;
};

/// How rows of one kind of relation come and go.
class RelatedRows;

class RelatedManager {
 public:
  RelatedManager(RecordPtr record, std::string_view name);
  RelatedManager(const RelatedManager&) = delete;
  RelatedManager& operator=(const RelatedManager&) = delete;
  ~RelatedManager();

  /// The rows, those that the model's default_scope leaves.
  QuerySet all() const;
  /// Those that are there already stay as they are.
  void add(const Records& records, const AddOptions& options = {});
  /// The same by their keys, of a ManyToManyField.
  void add_keys(const std::vector<Value>& keys, const AddOptions& options = {});
  void remove(const Records& records);
  void clear();
  /// These and no others: what is missing is added, the rest removed; with
  /// `clear`, all of it.
  void set(const Records& records, bool clear = false,
           const AddOptions& options = {});
  RecordPtr create(const GivenList& given, const AddOptions& options = {});
  std::pair<RecordPtr, bool> get_or_create(const GivenList& given,
                                           const GivenList& defaults = {},
                                           const AddOptions& options = {});
  std::pair<RecordPtr, bool> update_or_create(
      const GivenList& given, const GivenList& defaults,
      const std::optional<GivenList>& create_defaults = {},
      const AddOptions& options = {});

 private:
  using Made = std::pair<RecordPtr, bool>;
  /// What `work` makes of the values, which those of the relation are among,
  /// is one of the rows.
  Made make(const GivenList& given, const AddOptions& options,
            const std::function<Made(const Manager&, const GivenList&)>& work);
  Connection& connection() const;
  void changed();

  RecordPtr record_;
  std::string name_;
  std::unique_ptr<RelatedRows> rows_;
};

}  // namespace manage::orm
