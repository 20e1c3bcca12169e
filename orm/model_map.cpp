#include "orm/model_map.hpp"

#include <algorithm>

namespace manage::orm {

ModelMap::Iterator::Base ModelMap::lower_bound(const ModelKey& key) const {
  return std::lower_bound(
      entries_.begin(), entries_.end(), key,
      [](const std::shared_ptr<const Entry>& entry, const ModelKey& wanted) {
        return entry->first < wanted;
      });
}

ModelMap::Iterator ModelMap::find(const ModelKey& key) const {
  const auto at = lower_bound(key);
  return at != entries_.end() && (*at)->first == key ? Iterator(at) : end();
}

void ModelMap::put(ModelKey key, std::shared_ptr<const ModelDef> model) {
  const auto at = lower_bound(key);
  const bool known = at != entries_.end() && (*at)->first == key;
  const auto index = at - entries_.begin();
  auto entry = std::make_shared<const Entry>(std::move(key), std::move(model));
  if (known) {
    entries_[static_cast<std::size_t>(index)] = std::move(entry);
  } else {
    entries_.insert(at, std::move(entry));
  }
}

void ModelMap::erase(const ModelKey& key) {
  const auto at = lower_bound(key);
  if (at != entries_.end() && (*at)->first == key) entries_.erase(at);
}

}  // namespace manage::orm
