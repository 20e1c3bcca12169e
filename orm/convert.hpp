// Values of a field from outside texts, from data and from the database.
//
// Strict: what is not exactly a value of the field is refused with a reason,
// never bent into one. Validators that a model adds to its fields are no
// matter of this file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/data.hpp"
#include "core/datetime.hpp"
#include "core/time_zone.hpp"
#include "orm/callables.hpp"
#include "orm/dialect.hpp"
#include "orm/field_def.hpp"
#include "orm/formats.hpp"
#include "orm/model_def.hpp"
#include "orm/value.hpp"

namespace manage::yaml {
class Node;
}

namespace manage::orm {

struct ConvertOptions {
  /// Where times without an offset are taken to be.
  TimeZone time_zone;
};

/// Smallest and largest number of an integer field on every database; nullopt
/// for other fields.
struct IntegerRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
std::optional<IntegerRange> integer_range(FieldKind kind);

/// Reads texts for one field: made once, used for every row. A relation reads
/// as the field it points to. Immutable, safe in any thread.
///
///   integers   optional sign and digits, within the field's range
///   booleans   true, false, t, f, yes, no, y, n, 1, 0 in any case, as
///              PostgreSQL's COPY; on and off are left to switches
///   decimals   at most max_digits and decimal_places, never rounded; filled up
///              with zeros to decimal_places
///   floats     finite
///   dates      ISO 8601; a date alone is midnight of that day
///   binary     base64
///   texts      UTF-8 without NUL, at most max_length characters; e-mail
///              addresses, URLs, slugs and IP addresses as orm/formats.hpp says
///   arrays     a list in JSON; hstore a map of texts in JSON
///   ranges     as PostgreSQL writes them: [1,5)
///   choices    one of them
class FieldConverter {
 public:
  /// REQUIRES: the field has a column. Throws "models.unknown" or
  /// "fields.cycle" for a relation that leads nowhere (orm/column_types.hpp),
  /// and "convert.value" for choices that are no values of the field.
  FieldConverter(const FieldDef& field, const ModelSet& models,
                 ConvertOptions options = {});

  /// Whether `text` is a value of the field; if not, `reason` says what was
  /// expected: `expected an integer, got "abc"`. Null and blank are the
  /// caller's: an empty text is a text here.
  bool from_text(std::string_view text, Value& out, std::string& reason) const;

 private:
  using Read = bool (FieldConverter::*)(std::string_view, Value&,
                                        std::string&) const;

  bool read_integer(std::string_view, Value&, std::string&) const;
  bool read_boolean(std::string_view, Value&, std::string&) const;
  bool read_float(std::string_view, Value&, std::string&) const;
  bool read_decimal(std::string_view, Value&, std::string&) const;
  bool read_date(std::string_view, Value&, std::string&) const;
  bool read_time(std::string_view, Value&, std::string&) const;
  bool read_moment(std::string_view, Value&, std::string&) const;
  bool read_duration(std::string_view, Value&, std::string&) const;
  bool read_uuid(std::string_view, Value&, std::string&) const;
  bool read_json(std::string_view, Value&, std::string&) const;
  bool read_binary(std::string_view, Value&, std::string&) const;
  bool read_ip(std::string_view, Value&, std::string&) const;
  bool read_email(std::string_view, Value&, std::string&) const;
  bool read_url(std::string_view, Value&, std::string&) const;
  bool read_slug(std::string_view, Value&, std::string&) const;
  bool read_text(std::string_view, Value&, std::string&) const;
  bool read_array(std::string_view, Value&, std::string&) const;
  bool read_hstore(std::string_view, Value&, std::string&) const;
  bool read_range(std::string_view, Value&, std::string&) const;
  bool read_list(const yaml::Node& list, std::string& out,
                 std::string& reason) const;
  static Read reader_of(FieldKind kind);
  bool is_choice(const Value& value, std::string& reason) const;

  Read read_;
  IntegerRange range_;
  std::optional<std::size_t> max_length_;
  int max_digits_ = 0;
  int decimal_places_ = 0;
  IpProtocol protocol_ = IpProtocol::kBoth;
  bool unpack_ipv4_ = false;
  bool unicode_slug_ = false;
  TimeZone time_zone_;
  /// Of an array's elements, of a range's ends.
  std::shared_ptr<const FieldConverter> inner_;
  /// What display() makes of them; empty: any value will do.
  std::set<std::string, std::less<>> choices_;
};

/// A literal of the field's type, as defaults and choices have it: `{Value: x}`
/// is x. Dates without an offset are in UTC. A relation's is the target's: an
/// integer or a text. Throws "convert.value".
Value value_from_data(const FieldDef& field, const Data& data);

/// What `{call: …}` and `{lua: …}` give.
struct DefaultOptions {
  DateTime now;
  TimeZone time_zone;  ///< whose day `today` is, and a date's or time's `now`
  /// nullptr: there are no functions of the project's own.
  Callables* callables = nullptr;
};

/// The field's default for one new row, `{call: now|today|uuid4|list|dict}` and
/// `{lua: …}` included; Null without a default. Throws "convert.value", and
/// "convert.lua" for a Lua function where there are no callables.
Value default_value(const FieldDef& field, const DefaultOptions& options);

/// A value that a query returned, as a value of the field: from_db of the
/// dialect, of a relation that of the field it points to, and decimals with
/// their field's number of places.
Value value_from_db(const Dialect& dialect, const FieldDef& field,
                    const ModelSet& models, const Value& value);

/// Throws Error "convert.value": the data is no value of the field.
[[noreturn]] void refuse_value(const FieldDef& field, const Data& data);

}  // namespace manage::orm
