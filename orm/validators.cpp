#include "orm/validators.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/callable_names.hpp"

namespace manage::orm {

namespace {

const ValidatorType* find_validator(std::string_view name) {
  const std::vector<ValidatorType>& types = validator_types();
  auto found = std::find_if(
      types.begin(), types.end(),
      [&](const ValidatorType& type) { return type.name == name; });
  return found == types.end() ? nullptr : &*found;
}

class ValidatorChecks {
 public:
  ValidatorChecks(const FieldDef& field, Diagnostics& diagnostics)
      : field_(field), diagnostics_(diagnostics) {}

  void check(const yaml::Node& entry) {
    if (entry.is_scalar() && !entry.is_null()) {
      if (const ValidatorType* type = find(entry.text, entry.pos())) {
        require(*type, 0, entry.pos());
      }
    } else if (entry.is_map() && entry.entries.size() == 1) {
      check_call(entry.entries.front());
    } else {
      report(entry.pos(), "a validator is a name, or a map of one name",
             "write {MinValueValidator: 0}");
    }
  }

 private:
  void report(SourcePos where, std::string_view problem, std::string hint) {
    diagnostics_.add("fields.E008", std::move(where),
                     fmt::format("field {}: {}", field_.name, problem),
                     std::move(hint));
  }

  const ValidatorType* find(const std::string& name, const SourcePos& where) {
    const ValidatorType* type = find_validator(name);
    if (type) return type;
    std::vector<std::string> names;
    for (const ValidatorType& known : validator_types()) {
      names.emplace_back(known.name);
    }
    std::string hint = text::did_you_mean(name, names);
    if (hint.empty()) {
      hint = "one of your own is {lua: app.module.function}";
    }
    report(where, fmt::format("there is no validator {}", name),
           std::move(hint));
    return nullptr;
  }

  void check_call(const yaml::Node::Entry& call) {
    const yaml::Node& value = call.value;
    if (call.key == "lua") {
      if (!value.is_scalar() || !is_callable_name(value.text)) {
        report(value.pos(), "lua names no function",
               "write {lua: app.module.function}");
      }
      return;
    }
    const ValidatorType* type = find(call.key, call.key_pos());
    if (!type) return;
    if (value.is_map()) {
      check_named(*type, value);
    } else {
      std::size_t given = value.is_sequence() ? value.items.size() : 1;
      if (given > type->arguments.size()) {
        report(value.pos(),
               fmt::format("{} takes {}", type->name,
                           text::count(type->arguments.size(), "argument")),
               arguments_hint(*type));
      }
      require(*type, given, value.pos());
    }
  }

  void check_named(const ValidatorType& type, const yaml::Node& map) {
    for (const yaml::Node::Entry& entry : map.entries) {
      if (std::find(type.arguments.begin(), type.arguments.end(), entry.key) ==
          type.arguments.end()) {
        report(entry.key_pos(),
               fmt::format("{} has no argument {}", type.name, entry.key),
               arguments_hint(type));
      }
    }
    for (std::size_t i = 0; i < type.required; ++i) {
      if (!map.find(type.arguments[i])) require(type, i, map.pos());
    }
  }

  void require(const ValidatorType& type, std::size_t given,
               const SourcePos& where) {
    if (given >= type.required) return;
    report(where, fmt::format("{} needs {}", type.name, type.arguments[given]),
           arguments_hint(type));
  }

  static std::string arguments_hint(const ValidatorType& type) {
    if (type.arguments.empty()) return "write its name only";
    std::vector<std::string> names(type.arguments.begin(),
                                   type.arguments.end());
    return "it has " + text::join(names, ", ");
  }

  const FieldDef& field_;
  Diagnostics& diagnostics_;
};

}  // namespace

const std::vector<ValidatorType>& validator_types() {
  static const std::vector<ValidatorType> kTypes = {
      {"RegexValidator",
       {"regex", "message", "code", "inverse_match", "flags"}},
      {"UnicodeUsernameValidator",
       {"regex", "message", "code", "inverse_match", "flags"}},
      {"ASCIIUsernameValidator",
       {"regex", "message", "code", "inverse_match", "flags"}},
      {"EmailValidator", {"message", "code", "allowlist"}},
      {"URLValidator", {"schemes", "regex", "message", "code"}},
      {"DomainNameValidator", {"accept_idna", "message", "code"}},
      {"MinValueValidator", {"limit_value", "message"}, 1},
      {"MaxValueValidator", {"limit_value", "message"}, 1},
      {"StepValueValidator", {"limit_value", "message", "offset"}, 1},
      {"MinLengthValidator", {"limit_value", "message"}, 1},
      {"MaxLengthValidator", {"limit_value", "message"}, 1},
      {"DecimalValidator", {"max_digits", "decimal_places"}, 2},
      {"FileExtensionValidator", {"allowed_extensions", "message", "code"}},
      {"ProhibitNullCharactersValidator", {"message", "code"}},
      {"int_list_validator", {"sep", "message", "code", "allow_negative"}},
      {"validate_email", {}},
      {"validate_slug", {}},
      {"validate_unicode_slug", {}},
      {"validate_domain_name", {}},
      {"validate_integer", {}},
      {"validate_ipv4_address", {}},
      {"validate_ipv6_address", {}},
      {"validate_ipv46_address", {}},
      {"validate_comma_separated_integer_list", {}},
      {"validate_image_file_extension", {}},
      {"ArrayMinLengthValidator", {"limit_value", "message"}, 1},
      {"ArrayMaxLengthValidator", {"limit_value", "message"}, 1},
      {"KeysValidator", {"keys", "strict", "messages"}, 1},
      {"RangeMinValueValidator", {"limit_value", "message"}, 1},
      {"RangeMaxValueValidator", {"limit_value", "message"}, 1},
  };
  return kTypes;
}

void check_validators(const FieldDef& field, const yaml::Node& list,
                      Diagnostics& diagnostics) {
  if (list.is_null()) return;
  if (!list.is_sequence()) {
    diagnostics.add(
        "fields.E008", list.pos(),
        fmt::format("field {}: validators must be a list", field.name),
        "write validators: [{MinValueValidator: 0}]");
    return;
  }
  ValidatorChecks checks(field, diagnostics);
  for (const yaml::Node& entry : list.items) checks.check(entry);
}

}  // namespace manage::orm
