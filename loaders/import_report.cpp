#include "loaders/import_report.hpp"

namespace manage::loaders {

namespace {

std::string_view name_of(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::kDone:
      return "done";
    case ImportOutcome::kRejected:
      return "rejected";
    case ImportOutcome::kStopped:
      return "stopped";
    case ImportOutcome::kOverBudget:
      return "over-budget";
  }
  return {};
}

DataMap data_of(const Rejection& rejection) {
  return {{"file", rejection.file},
          {"line", static_cast<std::int64_t>(rejection.line)},
          {"column", rejection.column},
          {"code", rejection.code},
          {"value", rejection.value},
          {"reason", rejection.reason}};
}

DataMap data_of(const Difference& difference) {
  return {{"file", difference.file},
          {"line", static_cast<std::int64_t>(difference.line)},
          {"key", difference.key},
          {"field", difference.field},
          {"before", difference.before},
          {"after", difference.after}};
}

template <class T>
DataList list_of(const std::vector<T>& items) {
  DataList list;
  for (const T& item : items) list.push_back(data_of(item));
  return list;
}

}  // namespace

DataMap ImportReport::to_data() const {
  DataMap data{{"model", model},
               {"database", database},
               {"files", files},
               {"dry_run", dry_run},
               {"outcome", name_of(outcome)}};
  auto count = [&](const char* name, std::uint64_t number) {
    data.set(name, static_cast<std::int64_t>(number));
  };
  count("read", read);
  count("created", created);
  count("updated", updated);
  count("unchanged", unchanged);
  count("skipped", skipped);
  count("rejected", rejected);
  if (!rejects_file.empty()) data.set("rejects_file", rejects_file);
  data.set("rejections", list_of(rejections));
  if (dry_run) data.set("differences", list_of(differences));
  return data;
}

}  // namespace manage::loaders
