// What has to be deleted and changed together with some rows.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "orm/query/query_set.hpp"
#include "orm/query/value_hash.hpp"
#include "orm/writing/deletion.hpp"

namespace manage::orm {

/// As Django's Collector: collect() what shall go, then remove() it.
class Collector {
 public:
  Collector(const Registry& registry, const Databases& databases,
            std::string alias);

  void collect(const Records& records, bool keep_parents = false);
  void collect(const QuerySet& rows);
  Deleted remove();

 private:
  /// Records of one concrete model, each once.
  struct Group {
    const Model* model = nullptr;
    Records records;
    std::unordered_map<Value, bool, ValueHash> keys;
  };
  struct FieldUpdate {
    const Model* model;
    const FieldDef* field;
    Value value;
    QuerySet rows;
  };
  struct Restricted {
    const Model::Incoming* by;
    Records records;
  };
  struct Source {
    const Model* model = nullptr;  ///< because of whose rows; nullptr: asked
    bool reverse = false;          ///< rows of parents go after those of theirs
    bool related = true;           ///< whether to look at what points to them
    bool keep_parents = false;
  };

  Group& group_of(const Model& model);
  Records add(const Records& records, const Source& source);
  void collect(const Records& records, const Source& source);
  void collect_parents(const Model& model, const Records& records);
  void collect_related(const Model& model, const Records& records,
                       bool keep_parents);
  void follow(const Model::Incoming& by, const Records& records);
  void collect_generic(const Model& model, const Records& records);
  void protect(const Model::Incoming& by, Records found);
  void set(const Model::Incoming& by, const QuerySet& rows, Value value);
  void refuse_restricted();
  void depend(const Model& later, const Model& earlier);
  /// Whether rows of the model can go unseen, if what `by` leads to goes.
  bool is_fast(const Model& model, const FieldDef* by) const;
  QuerySet pointing(const Model::Incoming& by, std::vector<Value> values) const;
  std::vector<Value> values_of(const Model::Incoming& by,
                               const Records& records) const;
  QuerySet lean(const QuerySet& rows) const;
  void sort();
  void count(const Model& model, std::int64_t rows);
  void delete_group(Group& group);
  void tell(const Group& group, bool before) const;
  bool listens(const Model& model) const;

  const Registry& registry_;
  const Databases& databases_;
  std::string alias_;
  Connection& connection_;
  std::deque<Group> groups_;
  std::vector<QuerySet> fast_;
  std::vector<FieldUpdate> updates_;
  std::vector<Restricted> restricted_;
  /// The rows of the first go before those of the second.
  std::vector<std::pair<const Model*, const Model*>> order_;
  std::vector<std::string> protected_fields_;
  Records protected_;
  Deleted done_;
};

}  // namespace manage::orm
