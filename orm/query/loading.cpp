#include "orm/query/loading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/path.hpp"
#include "orm/query/relation.hpp"

namespace manage::orm {

namespace {

/// The joins to a related record's model.
struct WayThere {
  std::vector<JoinStep> joins;
  /// Of a FilteredRelation that they begin with.
  std::string filter = {};
  std::size_t filtered_join = 0;
};

bool among(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class RecordQueryMaker {
 public:
  RecordQueryMaker(const QuerySet& rows, const Databases& databases)
      : rows_(rows),
        loading_(rows.loading()),
        databases_(databases),
        made_{rows.complete(), {}} {
    annotations_ = made_.query.selected;
    const std::size_t columns = made_.query.model->columns().size();
    annotations_.erase(
        annotations_.begin(),
        annotations_.begin() + static_cast<std::ptrdiff_t>(
                                   std::min(columns, annotations_.size())));
    combined_ = made_.query.combinator != Combinator::kNone;
  }

  RecordQuery take() {
    if (combined_) {
      add_combined();
      return std::move(made_);
    }
    made_.query.selected.clear();
    add_part(*made_.query.model, {}, "", 0, "");
    for (const std::string& path : loading_.related) add_path(path);
    if (loading_.all_related) add_required(*made_.query.model, {}, "", 0, 0);
    return std::move(made_);
  }

 private:
  /// Combined rows have all columns already.
  void add_combined() {
    auto shape = new_shape(*made_.query.model, "");
    for (const Selected& one : made_.query.selected) {
      shape->names.push_back(one.name);
    }
    const std::size_t count = shape->names.size();
    made_.parts.push_back({std::move(shape), 0, count, 0, 0, ""});
  }

  std::shared_ptr<RecordShape> new_shape(const Model& model,
                                         const std::string& path) const {
    return manage::orm::new_shape(rows_, databases_, model, path);
  }

  static bool is_key(const Model& model, const FieldDef& field) {
    const std::vector<const FieldDef*> key = model.key_columns();
    return std::find(key.begin(), key.end(), &field) != key.end();
  }

  bool wanted(const Model& model, const FieldDef& field,
              const std::string& path) const {
    if (is_key(model, field)) return true;
    const std::string prefix = path.empty() ? "" : path + "__";
    for (const std::string& name : {field.name, field.attname()}) {
      if (among(loading_.deferred, prefix + name)) return false;
      if (among(loading_.only, prefix + name)) return true;
    }
    if (loading_.only.empty()) return true;
    // only() says nothing about related records of which it names none.
    return std::none_of(loading_.only.begin(), loading_.only.end(),
                        [&](const std::string& name) {
                          return path.empty() || name.starts_with(prefix);
                        });
  }

  /// The model's columns.
  std::size_t add_part(const Model& model, const WayThere& there,
                       const std::string& path, std::size_t parent,
                       const std::string& name) {
    auto shape = new_shape(model, path);
    RecordPart part{nullptr, made_.query.selected.size(), 0, 0, parent, name};
    for (const Model::Column& column : model.columns()) {
      if (!wanted(model, *column.field, path)) {
        shape->deferred.push_back(column.field->attname());
        continue;
      }
      NamedPath way;
      way.parts.push_back({path, there.joins});
      way.parts.push_back({column.field->name, model.way_to(*column.owner)});
      way.column = column.field;
      way.filter = there.filter;
      way.filtered_join = there.filtered_join;
      if (is_key(model, *column.field)) part.key = part.count;
      const std::string own = column.field->attname();
      made_.query.selected.push_back(
          {path.empty() ? own : path + "__" + own,
           join_path(made_.query, way, nullptr).column});
      shape->names.push_back(own);
      ++part.count;
    }
    if (path.empty()) {
      for (const Selected& one : annotations_) {
        made_.query.selected.push_back(one);
        shape->names.push_back(one.name);
        ++part.count;
      }
    }
    part.shape = std::move(shape);
    made_.parts.push_back(std::move(part));
    return made_.parts.size() - 1;
  }

  void add_path(const std::string& path) {
    const Model* model = made_.query.model;
    WayThere there;
    std::string so_far;
    std::size_t parent = 0;
    std::vector<std::string> names = split_lookup(path);
    if (made_.query.find_filtered(names.front())) {
      const NamedPath found = find_path(made_.query, names.front());
      there = {found.joins(), found.filter, found.filtered_join};
      so_far = names.front();
      model = found.target;
      parent = part_of(*model, there, so_far, 0, so_far);
      names.erase(names.begin());
    }
    for (const std::string& name : names) {
      const std::optional<Relation> relation = find_relation(*model, name);
      if (!relation || relation->many) refuse(path, name, *model, relation);
      so_far += (so_far.empty() ? "" : "__") + name;
      parent = step(*model, *relation, there, so_far, parent);
      model = relation->model;
    }
  }

  [[noreturn]] static void refuse(const std::string& path,
                                  const std::string& name, const Model& model,
                                  const std::optional<Relation>& relation) {
    std::string hint = relation
                           ? fmt::format("use prefetch_related(\"{}\")", path)
                           : text::did_you_mean(name, relation_names(model));
    throw Error("query.field",
                relation ? fmt::format("{}: {} leads to many rows", path, name)
                         : fmt::format("{}: {} has no relation {}", path,
                                       model.label(), name))
        .hint(std::move(hint));
  }

  /// One relation further.
  std::size_t step(const Model& model, const Relation& relation,
                   WayThere& there, const std::string& path,
                   std::size_t parent) {
    const std::string query_name = query_name_of(model, relation);
    const Hop hop = *model.find(query_name);
    there.joins.insert(there.joins.end(), hop.joins.begin(), hop.joins.end());
    return part_of(*relation.model, there, path, parent, relation.name);
  }

  /// Made unless it is there.
  std::size_t part_of(const Model& model, const WayThere& there,
                      const std::string& path, std::size_t parent,
                      const std::string& name) {
    for (std::size_t i = 1; i < made_.parts.size(); ++i) {
      if (made_.parts[i].shape->path == path) return i;
    }
    return add_part(model, there, path, parent, name);
  }

  /// Django's limit.
  static constexpr int kDeepest = 5;

  void add_required(const Model& model, const WayThere& there,
                    const std::string& path, std::size_t parent, int depth) {
    if (depth == kDeepest) return;
    for (const Model::Column& column : model.columns()) {
      const FieldDef& field = *column.field;
      if (!field.is_relation() || field.null()) continue;
      if (field.flag("parent_link")) continue;
      const auto relation = find_relation(model, field.name);
      if (!relation) continue;
      WayThere further = there;
      const std::string name =
          path.empty() ? field.name : path + "__" + field.name;
      const std::size_t part = step(model, *relation, further, name, parent);
      add_required(*relation->model, further, name, part, depth + 1);
    }
  }

  const QuerySet& rows_;
  const Loading& loading_;
  const Databases& databases_;
  RecordQuery made_;
  std::vector<Selected> annotations_;
  bool combined_ = false;
};

}  // namespace

std::shared_ptr<RecordShape> new_shape(const QuerySet& rows,
                                       const Databases& databases,
                                       const Model& model,
                                       const std::string& path) {
  auto shape = std::make_shared<RecordShape>();
  shape->registry = &rows.registry();
  shape->model = &model;
  shape->path = path;
  shape->alias = rows.loading().alias;
  shape->lazy_loading = rows.loading().lazy.value_or(databases.lazy_loading);
  shape->databases = &databases;
  return shape;
}

RecordQuery make_record_query(const QuerySet& rows,
                              const Databases& databases) {
  if (rows.query().own_model) {
    throw Error("query.expression", fmt::format("the rows of {} are no records",
                                                rows.query().source_name))
        .hint("ask for values(), or for the records that have these keys");
  }
  return RecordQueryMaker(rows, databases).take();
}

namespace {

/// Makes records of rows, one after the other.
class RecordMaker {
 public:
  explicit RecordMaker(const RecordQuery& asked)
      : parts_(asked.parts), of_row_(asked.parts.size()) {
    const ModelSignals* signals = parts_.front().shape->databases->signals;
    const bool listens =
        signals && !(signals->pre_init.empty() && signals->post_init.empty());
    if (listens) signals_ = signals;
  }

  RecordPtr make(Row& row) {
    if (parts_.size() == 1) {
      return new_record(parts_.front().shape, std::move(row));
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const RecordPart& part = parts_[i];
      const auto begin = row.begin() + static_cast<std::ptrdiff_t>(part.first);
      const auto end = begin + static_cast<std::ptrdiff_t>(part.count);
      const RecordPtr& owner = of_row_[part.parent];
      const bool none =
          i > 0 && (!owner || is_null(row[part.first + part.key]));
      of_row_[i] =
          none ? nullptr
               : new_record(part.shape, Row(std::make_move_iterator(begin),
                                            std::make_move_iterator(end)));
      if (i > 0 && owner) owner->keep_related(part.name, of_row_[i]);
    }
    return of_row_.front();
  }

 private:
  RecordPtr new_record(const std::shared_ptr<const RecordShape>& shape,
                       Row values) const {
    if (signals_) signals_->pre_init.emit({*shape->model, {}});
    auto record = std::make_shared<Record>(shape, std::move(values));
    if (signals_) {
      InitEvent event{*shape->model, {}};
      event.record = record.get();
      signals_->post_init.emit(event);
    }
    return record;
  }

  const std::vector<RecordPart>& parts_;
  Records of_row_;
  const ModelSignals* signals_ = nullptr;  ///< nullptr: nobody listens
};

}  // namespace

Records load_records(const RecordQuery& asked, Connection& connection) {
  Records records;
  std::vector<Row> rows = read_rows(asked.query, connection);
  records.reserve(rows.size());
  RecordMaker maker(asked);
  for (Row& row : rows) records.push_back(maker.make(row));
  return records;
}

void for_each_record(const RecordQuery& asked, Connection& connection,
                     std::size_t chunk,
                     const std::function<void(RecordPtr)>& see) {
  RecordMaker maker(asked);
  stream_rows(asked.query, connection, chunk,
              [&](Row& row) { see(maker.make(row)); });
}

}  // namespace manage::orm
