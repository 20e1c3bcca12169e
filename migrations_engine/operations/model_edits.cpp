#include "migrations_engine/operations/model_edits.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace manage::migrations_engine {

void drop_field(orm::ModelDef& model, std::string_view name) {
  std::erase_if(model.fields,
                [&](const orm::FieldDef& field) { return field.name == name; });
  std::vector<std::vector<std::string>> lists = model.unique_together();
  for (std::vector<std::string>& list : lists) {
    std::erase(list, std::string(name));
  }
  std::erase_if(lists, [](const auto& list) { return list.empty(); });
  set_unique_together(model, lists);
}

void set_unique_together(orm::ModelDef& model,
                         const std::vector<std::vector<std::string>>& lists) {
  if (lists.empty()) {
    model.options.erase("unique_together");
    return;
  }
  model.options.set("unique_together", DataList(lists.begin(), lists.end()));
}

void throw_missing(const orm::ModelDef& model, std::string_view kind,
                   std::string_view name) {
  throw Error("migrations.state",
              fmt::format("model {} has no {} {} at this point of the "
                          "migrations",
                          model.key().text(), kind, name));
}

}  // namespace manage::migrations_engine
