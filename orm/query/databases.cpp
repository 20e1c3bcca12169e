#include "orm/query/databases.hpp"

#include <algorithm>

#include "orm/atomic.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

std::string Databases::write_alias(const Model& model,
                                   const std::string& near) const {
  const ModelKey& key = model.concrete().key();
  return routes.write(key.app, key.model).value_or(near);
}

std::string Databases::read_alias(const Model& model,
                                  const std::string& near) const {
  if (routes.empty()) return near;
  const ModelKey& key = model.concrete().key();
  const std::vector<std::string> choices = routes.read(key.app, key.model);
  if (choices.empty()) return near;
  std::string primary = write_alias(model, near);
  if (written_.contains(primary)) {
    Connection& open = connection(primary);
    if (open.in_transaction() && open.blocks().wrote()) return primary;
  }
  return choices[turn_++ % choices.size()];
}

Connection& Databases::writing(const std::string& alias) const {
  Connection& open = connection(alias);
  open.blocks().write();
  if (!routes.empty()) written_.insert(alias);
  return open;
}

bool Databases::allows_relation(const std::string& a,
                                const std::string& b) const {
  if (a == b) return true;
  for (const settings::Route& route : routes.all()) {
    const auto belongs = [&](const std::string& alias) {
      return route.write == alias ||
             std::find(route.read.begin(), route.read.end(), alias) !=
                 route.read.end();
    };
    if (belongs(a) && belongs(b)) return true;
  }
  return false;
}

}  // namespace manage::orm
