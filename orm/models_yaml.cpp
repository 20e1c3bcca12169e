#include "orm/models_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "orm/callable_names.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/model_checks.hpp"
#include "orm/names.hpp"
#include "orm/part_types.hpp"

namespace manage::orm {

namespace {

/// Columns that a table of every database may have.
constexpr std::size_t kMaxFields = 1600;

/// The first scalar below `node` that is `text`, with or without a sign.
const yaml::Node* find_scalar(const yaml::Node& node, std::string_view text) {
  if (node.is_scalar()) {
    std::string_view own = node.text;
    if (own == text) return &node;
    if (!own.empty() && (own[0] == '-' || own[0] == '+')) own.remove_prefix(1);
    return own == text ? &node : nullptr;
  }
  for (const yaml::Node& item : node.items) {
    if (const yaml::Node* found = find_scalar(item, text)) return found;
  }
  for (const yaml::Node::Entry& entry : node.entries) {
    if (const yaml::Node* found = find_scalar(entry.value, text)) return found;
  }
  return nullptr;
}

/// The place of the first key below `node` that is `text`.
SourcePos find_key(const yaml::Node& node, std::string_view text) {
  for (const yaml::Node::Entry& entry : node.entries) {
    if (entry.key == text) return entry.key_pos();
    if (SourcePos found = find_key(entry.value, text)) return found;
  }
  for (const yaml::Node& item : node.items) {
    if (SourcePos found = find_key(item, text)) return found;
  }
  return {};
}

/// The place of a scalar or key that is `name`, else that of the node.
SourcePos find_name(const yaml::Node& node, std::string_view name) {
  if (const yaml::Node* exact = find_scalar(node, name)) return exact->pos();
  const SourcePos key = find_key(node, name);
  return key ? key : node.pos();
}

bool is_class_name(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (std::isalnum(c) != 0 && c < 0x80) || c == '_';
  });
}

/// Reads one entry of `models`.
class ModelReader {
 public:
  ModelReader(const ModelsFile& file, const ModelsContext& context,
              Diagnostics& diagnostics)
      : file_(file), context_(context), diagnostics_(diagnostics) {}

  ModelSource read(const yaml::Node::Entry& entry) {
    source_ = {};
    source_.default_auto_field = file_.default_auto_field;
    source_.model.app = file_.app;
    source_.model.name = entry.key;
    source_.model.pos = entry.key_pos();
    check_name();
    yaml::MapReader reader(entry.value, "model " + entry.key, diagnostics_);
    if (reader.ok()) read_keys(reader);
    return std::move(source_);
  }

 private:
  void check_name() {
    const std::string& name = source_.model.name;
    const auto report = [&](std::string_view code, std::string_view problem) {
      diagnostics_.add(std::string(code), source_.model.pos,
                       fmt::format("model {}: {}", name, problem));
    };
    if (!is_class_name(name)) {
      report("models.name",
             "a name is letters, digits and underscores, and does not begin "
             "with a digit");
    } else if (name.front() == '_' || name.back() == '_') {
      report("models.E023", "a name must not begin or end with an underscore");
    } else if (name.find("__") != std::string::npos) {
      report("models.E024", "a name must not contain \"__\"");
    }
  }

  void read_keys(yaml::MapReader& reader) {
    read_flag(reader, "abstract", source_.abstract);
    if (const yaml::Node* node = reader.get("inherits")) read_inherits(*node);
    if (const yaml::Node* node = reader.get("fields")) read_fields(*node);
    if (const yaml::Node* node = reader.get("meta")) read_options(*node);
    read_model_option(reader, "proxy");
    read_model_option(reader, "managed");
    if (const yaml::Node* node = reader.get("natural_key")) {
      source_.nodes["natural_key"] = node;
      const auto names = yaml::to_texts(*node, "natural_key", diagnostics_);
      if (names) source_.model.natural_key = *names;
    }
    if (const yaml::Node* node = reader.get("str")) {
      source_.nodes["str"] = node;
      source_.model.str =
          yaml::to_text(*node, "str", diagnostics_).value_or("");
    }
    if (const yaml::Node* node = reader.get("soft_delete")) {
      source_.nodes["soft_delete"] = node;
      source_.model.soft_delete =
          yaml::to_text(*node, "soft_delete", diagnostics_).value_or("");
    }
    if (const yaml::Node* node = reader.get("clean")) read_clean(*node);
    read_map(reader, "scopes", source_.model.scopes);
    read_map(reader, "default_scope", source_.model.default_scope);
    if (const yaml::Node* node = reader.get("renamed_from")) {
      const auto old = yaml::to_text(*node, "renamed_from", diagnostics_);
      if (old) source_.model.renamed_from = reference(*old);
    }
    reader.finish();
  }

  void read_clean(const yaml::Node& node) {
    source_.nodes["clean"] = &node;
    if (is_callable(node)) {
      source_.model.clean = node.entries.front().value.text;
      return;
    }
    diagnostics_.add("models.clean", node.pos(), "clean names no function",
                     "write {lua: app.module.function}");
  }

  std::string reference(std::string_view text) const {
    return normalise_reference(text, {file_.app, source_.model.name, {}, {}});
  }

  void read_flag(yaml::MapReader& reader, std::string_view key, bool& flag) {
    const yaml::Node* node = reader.get(key);
    if (!node) return;
    flag = yaml::to_bool(*node, key, diagnostics_).value_or(flag);
  }

  /// A Meta option that may stand beside `fields` too.
  void read_model_option(yaml::MapReader& reader, std::string_view key) {
    const yaml::Node* node = reader.get(key);
    if (!node) return;
    if (const auto flag = yaml::to_bool(*node, key, diagnostics_)) {
      source_.model.options.set(std::string(key), *flag);
      source_.nodes[std::string(key)] = node;
    }
  }

  void read_map(yaml::MapReader& reader, std::string_view key, Data& into) {
    const yaml::Node* node = reader.get(key);
    if (!node || node->is_null()) return;
    source_.nodes[std::string(key)] = node;
    if (node->is_map()) {
      into = yaml::to_data(*node);
    } else {
      diagnostics_.add("yaml.type", node->pos(),
                       fmt::format("{} must be a map", key));
    }
  }

  void read_inherits(const yaml::Node& node) {
    source_.nodes["inherits"] = &node;
    std::vector<std::string> names;
    if (node.is_scalar() && !node.is_null()) {
      names = {node.text};
    } else {
      names = yaml::to_texts(node, "inherits", diagnostics_).value_or(names);
    }
    for (const std::string& name : names) {
      source_.inherits.push_back(reference(name));
    }
  }

  void read_fields(const yaml::Node& node) {
    if (node.is_null()) return;
    if (!node.is_map()) {
      diagnostics_.add(
          "yaml.type", node.pos(),
          "fields of model " + source_.model.name + " must be a map of names");
      return;
    }
    if (node.entries.size() > kMaxFields) {
      diagnostics_.add(
          "models.fields", node.pos(),
          fmt::format("model {} has {} fields, but a table has at most {} "
                      "columns",
                      source_.model.name, node.entries.size(), kMaxFields));
      for (const auto& entry : node.entries) source_.broken.insert(entry.key);
      return;
    }
    FieldContext context;
    context.app = file_.app;
    context.model = source_.model.name;
    context.auth_user_model = context_.auth_user_model;
    context.declaration = true;
    for (const yaml::Node::Entry& entry : node.entries) {
      if (entry.value.is_null() && !source_.inherits.empty()) {
        source_.removed.insert(entry.key);
        continue;
      }
      context.pos = entry.key_pos();
      auto field = read_field(entry.key, entry.value, context, diagnostics_);
      if (field) {
        source_.model.fields.push_back(std::move(*field));
      } else {
        source_.broken.insert(entry.key);
      }
    }
  }

  void read_options(const yaml::Node& node) {
    read_meta(node, source_.model, diagnostics_);
    for (const yaml::Node::Entry& entry : node.entries) {
      source_.nodes[entry.key] = &entry.value;
    }
    if (const Data* abstract = source_.model.options.find("abstract")) {
      source_.abstract = *abstract->boolean();
      source_.model.options.erase("abstract");
    }
  }

  const ModelsFile& file_;
  const ModelsContext& context_;
  Diagnostics& diagnostics_;
  ModelSource source_;
};

/// Gives every index without a name the one Django computes.
void name_indexes(ModelDef& model, const ModelSet& models) {
  for (IndexDef& index : model.indexes) {
    const std::vector<std::string> fields = index.fields();
    if (!index.name().empty() || fields.empty()) continue;
    std::vector<std::string> columns;
    std::vector<bool> descending;
    for (std::string_view name : fields) {
      descending.push_back(name.substr(0, 1) == "-");
      if (descending.back()) name.remove_prefix(1);
      const FieldDef* field = models.find_field(model, name);
      // An unknown field is reported by the checks.
      columns.push_back(field ? field->column() : std::string(name));
    }
    index.arguments.set(
        "name", index_name(models.table(model), columns, descending,
                           find_part_type(index_types(), index.type)->suffix));
  }
}

/// A to_field that names the primary key says nothing.
void drop_plain_to_field(FieldDef& field, const ModelSet& models) {
  const std::string to_field = field.text("to_field");
  if (to_field.empty()) return;
  const ModelDef* target = models.find(models.resolve(field.to()));
  const FieldDef* key = target ? target->primary_key() : nullptr;
  if (key && key->name == to_field) field.arguments.erase("to_field");
}

ModelSet make_set(const ModelSources& sources, const ModelsContext& context) {
  ModelSet models;
  models.auth_user_model = ModelKey::parse(context.auth_user_model).text();
  models.default_auto_field = context.default_auto_field;
  models.time_zone = context.time_zone;
  models.max_name_length = context.dialect->max_name_length();
  for (const auto& [key, source] : sources) {
    if (!source.abstract) models.put(source.model);
  }
  for (const auto& [key, source] : sources) {
    if (source.abstract) continue;
    ModelDef model = source.model;
    name_indexes(model, models);
    for (FieldDef& field : model.fields) drop_plain_to_field(field, models);
    models.put(std::move(model));
  }
  return models;
}

struct ParsedFile {
  yaml::Tree tree;
  std::optional<Error> error;
};

/// Parsing takes three quarters of the time that models take.
std::vector<ParsedFile> parse_all(const std::vector<ModelsFile>& files) {
  std::vector<ParsedFile> parsed(files.size());
  parallel_for(files.size(), [&](std::size_t i) {
    try {
      parsed[i].tree = yaml::parse(files[i].file);
    } catch (const Error& error) {
      parsed[i].error = error;
    }
  });
  return parsed;
}

}  // namespace

SourcePos ModelSource::where(const std::string& option,
                             std::string_view name) const {
  const auto found = nodes.find(option);
  return found == nodes.end() ? model.pos : find_name(*found->second, name);
}

SourcePos ModelSource::where_below(const std::string& option,
                                   std::string_view key,
                                   std::string_view name) const {
  const auto found = nodes.find(option);
  if (found == nodes.end()) return model.pos;
  const yaml::Node* below =
      key.empty() ? found->second : found->second->find(key);
  return find_name(below ? *below : *found->second, name);
}

SourcePos ModelSource::where_in(const std::string& option, const SourcePos& pos,
                                std::string_view name) const {
  const auto found = nodes.find(option);
  if (found == nodes.end()) return pos;
  for (const yaml::Node& item : found->second->items) {
    if (item.line == pos.line && item.column == pos.column) {
      return find_name(item, name);
    }
  }
  return pos;
}

void read_models_file(const yaml::Node& root, const ModelsFile& file,
                      const ModelsContext& context, ModelSources& sources,
                      Diagnostics& diagnostics) {
  if (root.is_null()) return;
  yaml::MapReader reader(root, "models.yaml", diagnostics);
  const yaml::Node* models = reader.get("models");
  reader.finish();
  if (!models || models->is_null()) return;
  if (!models->is_map()) {
    diagnostics.add("yaml.type", models->pos(),
                    "models must be a map of names");
    return;
  }
  ModelReader model_reader(file, context, diagnostics);
  for (const yaml::Node::Entry& entry : models->entries) {
    ModelSource source = model_reader.read(entry);
    const ModelKey key = source.model.key();
    const auto [place, added] = sources.emplace(key, std::move(source));
    if (!added) {
      diagnostics.add(
          "models.duplicate", entry.key_pos(),
          fmt::format("model {}: there is a model {} already, and names match "
                      "in any case",
                      entry.key, place->second.model.name));
    }
  }
}

ModelSet read_models(const std::vector<ModelsFile>& files,
                     const ModelsContext& context, Diagnostics& diagnostics) {
  // Sources point into the trees.
  const std::vector<ParsedFile> trees = parse_all(files);
  ModelSources sources;
  ModelsContext project = context;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (trees[i].error) {
      diagnostics.add(*trees[i].error);
      project.unread.insert(files[i].app);
    } else {
      read_models_file(trees[i].tree.root, files[i], context, sources,
                       diagnostics);
    }
  }
  sources = inherit(sources, context, diagnostics);
  ModelSet models = make_set(sources, context);
  check_models(models, sources, project, diagnostics);
  return models;
}

}  // namespace manage::orm
