// A time zone: which moment a clock on the wall means.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/datetime.hpp"

namespace manage {

/// Immutable; copies share their data and may be used in any thread.
class TimeZone {
 public:
  /// UTC.
  TimeZone();
  /// "UTC", a fixed offset such as "+02:00", or a name of the IANA data base
  /// ("Europe/Prague") that `folder` has a file of. nullopt for anything else.
  static std::optional<TimeZone> find(
      std::string_view name, std::string_view folder = "/usr/share/zoneinfo");

  /// How far clocks are ahead of UTC at that moment, in seconds.
  std::int64_t offset_at(DateTime moment) const;
  /// The moment when clocks show `local` (kept as if it were UTC). Of two, when
  /// clocks are put back, the first, as Django takes it; nullopt for a time
  /// that is left out when clocks are put forward.
  std::optional<DateTime> moment_of(DateTime local) const;
  /// What clocks show at that moment, as if it were UTC.
  DateTime local(DateTime moment) const;

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;
};

}  // namespace manage
