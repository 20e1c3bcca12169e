// Blocks of statements that happen as a whole or not at all, as Django's (5.2)
// transaction.atomic: the outermost one is a transaction, those inside are
// savepoints.
//
//   Atomic block(connection);
//   …                            // an exception rolls back what it did
//   block.commit();
//
// After an error of a statement that writes, the block around it is broken:
// what is asked then is an Error "transaction.broken", until it is left. A
// savepoint inside (another block) is where such an error can be caught.
//
// Errors: "transaction.broken"; "transaction.durable" for a durable block that
// is not the outermost one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "orm/connection.hpp"

namespace manage::orm {

struct AtomicOptions {
  /// Without one, an error in it is one of the block around it.
  bool savepoint = true;
  /// Must be the outermost: what it did is safe when it ends.
  bool durable = false;
};

class Atomic {
 public:
  explicit Atomic(Connection& connection, AtomicOptions options = {});
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;
  /// Rolls back unless commit() was called; never throws.
  ~Atomic();
  /// Ends the block. The outermost one then runs what on_commit() was given.
  /// Of a broken block everything is rolled back, and "transaction.broken"
  /// thrown, unless set_rollback() asked for that.
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// `work` in a block of its own.
void atomic(Connection& connection, const std::function<void()>& work,
            AtomicOptions options = {});

struct OnCommitOptions {
  /// An error is only told to `report`, and the rest is run.
  bool robust = false;
  std::function<void(const Error&)> report = [](const Error&) {};
};
/// `work` once the transaction is committed: in the order of the calls, after
/// the outermost block; at once outside of a transaction; never if it, or a
/// savepoint around the call, is rolled back. An error in it goes to whoever
/// ended the block, and the rest is not run.
void on_commit(Connection& connection, std::function<void()> work,
               OnCommitOptions options = {});

/// Whether the innermost block will be rolled back however it ends.
bool get_rollback(Connection& connection);
/// Says so; to take it back, a savepoint must have been restored.
void set_rollback(Connection& connection, bool rollback);

/// Throws "transaction.broken" in a broken block.
void require_usable(Connection& connection);

/// What a connection knows of its blocks.
class AtomicBlocks {
 public:
  bool inside() const { return !blocks_.empty(); }
  /// Rows were written, which only this connection sees until the transaction
  /// ends.
  void write() { wrote_ = true; }
  bool wrote() const { return wrote_; }
  /// After an error in the innermost block.
  void break_innermost() { broken_ = inside(); }
  /// After a COMMIT: runs what waits for it.
  void committed();
  /// After a ROLLBACK.
  void forget();

 private:
  friend class Atomic;
  friend void on_commit(Connection&, std::function<void()>, OnCommitOptions);
  friend bool get_rollback(Connection&);
  friend void set_rollback(Connection&, bool);
  friend void require_usable(Connection&);

  struct Block {
    std::string savepoint;  ///< empty: none of its own
    bool transaction = false;
    std::size_t callbacks = 0;  ///< so many were there before it
  };
  struct Callback {
    std::function<void()> work;
    OnCommitOptions options;
  };

  void begin(Connection& connection, AtomicOptions options);
  void end(Connection& connection);
  void roll_back(Connection& connection) noexcept;

  std::vector<Block> blocks_;
  std::vector<Callback> callbacks_;
  bool broken_ = false;    ///< by an error
  bool unwanted_ = false;  ///< by set_rollback()
  bool wrote_ = false;
  std::size_t names_ = 0;
};

/// Runs `work`; if it throws, the block around it is broken.
template <class Work>
auto breaking(Connection& connection, const Work& work) {
  try {
    return work();
  } catch (...) {
    connection.blocks().break_innermost();
    throw;
  }
}

}  // namespace manage::orm
