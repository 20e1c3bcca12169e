#include "cli/model_names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/text.hpp"
#include "core/yaml.hpp"

namespace manage::cli {

namespace {

std::optional<yaml::Tree> models_file(const orm::Apps& apps,
                                      std::string_view label) {
  const orm::AppConfig* app = apps.find(label);
  if (!app) return std::nullopt;
  auto file = app->source->read("models.yaml");
  if (!file) return std::nullopt;
  return yaml::parse(std::move(file));
}

constexpr int kMaxDepth = 64;  // of parents of parents
const std::vector<yaml::Node::Entry> kNone;

const std::vector<yaml::Node::Entry>& models_in(const yaml::Tree& tree) {
  const yaml::Node* models = tree.root.find("models");
  return models ? models->entries : kNone;
}

bool says_true(const yaml::Node* node) { return node && node->text == "true"; }

bool is_abstract(const yaml::Node& model) {
  const yaml::Node* meta = model.find("meta");
  return says_true(model.find("abstract")) ||
         (meta && says_true(meta->find("abstract")));
}

/// Of `inherits`, which is one name or a list.
std::vector<std::string> parents_of(const yaml::Node& model) {
  const yaml::Node* inherits = model.find("inherits");
  if (!inherits) return {};
  std::vector<std::string> parents;
  if (inherits->is_scalar()) parents.push_back(inherits->text);
  for (const yaml::Node& item : inherits->items) parents.push_back(item.text);
  return parents;
}

class FieldReader {
 public:
  explicit FieldReader(const orm::Apps& apps) : apps_(apps) {}

  /// Each model once, as inheritance may go in circles, and not too deep.
  void read(const orm::ModelKey& key, int depth = 0) {
    if (depth > kMaxDepth || !seen_.insert(key).second) return;
    for (const yaml::Node::Entry& entry : models_of(key.app)) {
      if (text::lower(entry.key) != key.model) continue;
      for (std::string parent : parents_of(entry.value)) {
        bool own = parent.find('.') == std::string::npos;
        if (own) parent = key.app + "." + parent;
        read(orm::ModelKey::parse(parent), depth + 1);
      }
      read_own(entry.value);
      found_ = true;
    }
  }

  std::vector<FieldName> fields() {
    if (found_ && !has_key_) {
      fields_.insert(fields_.begin(), FieldName{"id", "primary key"});
    }
    return std::move(fields_);
  }

 private:
  void read_own(const yaml::Node& model) {
    const yaml::Node* fields = model.find("fields");
    if (!fields) return;
    for (const yaml::Node::Entry& field : fields->entries) {
      std::erase_if(fields_, [&](const FieldName& inherited) {
        return inherited.name == field.key;
      });
      if (field.value.is_null()) continue;  // taken away
      const yaml::Node* type = field.value.find("type");
      fields_.push_back({field.key, type ? type->text : ""});
      has_key_ = has_key_ || says_true(field.value.find("primary_key"));
    }
  }

  const std::vector<yaml::Node::Entry>& models_of(const std::string& app) {
    auto [tree, is_new] = trees_.try_emplace(app);
    if (is_new) tree->second = models_file(apps_, app);
    return tree->second ? models_in(*tree->second) : kNone;
  }

  const orm::Apps& apps_;
  std::map<std::string, std::optional<yaml::Tree>> trees_;
  std::set<orm::ModelKey> seen_;
  std::vector<FieldName> fields_;
  bool found_ = false;
  bool has_key_ = false;
};

}  // namespace

std::vector<std::string> model_names(const orm::Apps& apps,
                                     std::string_view app) {
  std::vector<std::string> names;
  std::optional<yaml::Tree> tree = models_file(apps, app);
  if (!tree) return names;
  for (const yaml::Node::Entry& entry : models_in(*tree)) {
    if (!is_abstract(entry.value)) names.push_back(entry.key);
  }
  return names;
}

std::vector<FieldName> field_names(const orm::Apps& apps,
                                   std::string_view model) {
  FieldReader reader(apps);
  reader.read(orm::ModelKey::parse(model));
  return reader.fields();
}

}  // namespace manage::cli
