#include "settings/silences.hpp"

#include <fmt/format.h>

namespace manage::settings {

namespace {

class SilenceReader {
 public:
  SilenceReader(Converter& converter, Diagnostics& diagnostics)
      : converter_(converter), diagnostics_(diagnostics) {}

  /// nullopt after a diagnostic.
  std::optional<Silence> read(const yaml::Node& item) {
    Silence silence;
    silence.where = item.pos();
    const yaml::Node* id = item.is_map() ? item.find("id") : &item;
    if (!id) {
      complain(item.pos(), "an item of silenced_system_checks needs an id",
               "write {id: fields.W342, reason: …, until: 2026-12-31}");
      return std::nullopt;
    }
    silence.id = converter_.text(*id, "an id").value_or("");
    if (silence.id.empty()) return std::nullopt;
    if (!is_check_id(silence.id)) {
      complain(id->pos(),
               fmt::format("{} is not the id of a check", silence.id),
               "ids look like fields.W342; manage check prints them");
      return std::nullopt;
    }
    if (item.is_map()) read_details(item, silence);
    return silence;
  }

 private:
  void complain(const SourcePos& where, std::string message, std::string hint) {
    diagnostics_.add("settings.silence", where, std::move(message),
                     std::move(hint));
  }

  void read_details(const yaml::Node& item, Silence& silence) {
    if (const yaml::Node* reason = item.find("reason")) {
      silence.reason = converter_.text(*reason, "a reason").value_or("");
    }
    const yaml::Node* until = item.find("until");
    if (!until) return;
    const auto text = converter_.text(*until, "until");
    if (!text) return;
    silence.until = Date::parse(*text);
    if (!silence.until) {
      complain(until->pos(), fmt::format("{} is not a date", *text),
               "write the last day as 2026-12-31");
    }
  }

  Converter& converter_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<Silence> silences(const yaml::Node& list, Converter& converter,
                              Diagnostics& diagnostics) {
  SilenceReader reader(converter, diagnostics);
  std::vector<Silence> silences;
  for (const yaml::Node& item : list.items) {
    // Such an item is reported as one of the wrong type.
    if (item.is_sequence() || item.is_null()) continue;
    if (auto silence = reader.read(item)) {
      silences.push_back(std::move(*silence));
    }
  }
  return silences;
}

}  // namespace manage::settings
