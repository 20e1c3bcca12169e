// How a statement has to be run, as far as its text says: for statements that
// users wrote, and for those that build an index while others work.
#pragma once

namespace manage::orm {

struct StatementManner {
  enum class Transaction {
    kAny,      ///< within one or without
    kOutside,  ///< the database takes it only outside, or it does nothing
               ///< inside
    kBegins,   ///< it begins one
    kEnds,     ///< it commits one or rolls it back
  };
  Transaction transaction = Transaction::kAny;
  /// It waits for older transactions, but others go on reading and writing
  /// meanwhile: a limit would only make it fail.
  bool patient = false;
  /// It builds an index and lets others write; interrupted, it leaves an
  /// invalid one.
  bool builds_index = false;
};

/// What can be limited in time.
enum class Timeout {
  kLock,       ///< waiting for a lock
  kStatement,  ///< running a statement
};

}  // namespace manage::orm
