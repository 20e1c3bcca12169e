#include "orm/atomic.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "core/error.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void refuse_broken(std::string message) {
  throw Error("transaction.broken", std::move(message))
      .hint("catch errors around an atomic block inside, not within it");
}

}  // namespace

void AtomicBlocks::begin(Connection& connection, AtomicOptions options) {
  if (options.durable && (inside() || connection.in_transaction())) {
    throw Error("transaction.durable",
                "a durable block cannot be within another block")
        .hint("what it did could still be rolled back by the outer one");
  }
  Block block;
  block.callbacks = callbacks_.size();
  if (!inside() && !connection.in_transaction()) {
    connection.begin();
    block.transaction = true;
  } else if ((options.savepoint || !inside()) && !broken_ && !unwanted_) {
    // Within a transaction of another kind nobody else could roll back.
    block.savepoint = fmt::format("manage_{}", ++names_);
    connection.savepoint(block.savepoint);
  }
  blocks_.push_back(std::move(block));
}

void AtomicBlocks::end(Connection& connection) {
  const bool owns =
      blocks_.back().transaction || !blocks_.back().savepoint.empty();
  if (unwanted_ && !owns) {
    blocks_.pop_back();
    return;
  }
  if (broken_ || unwanted_) {
    const bool by_error = broken_ && !unwanted_;
    roll_back(connection);
    if (by_error) {
      refuse_broken("a statement failed in this block: it is rolled back");
    }
    return;
  }
  const Block block = blocks_.back();
  if (block.transaction) {
    // If it fails, the destructor rolls back.
    connection.commit();
    blocks_.pop_back();
    committed();
    return;
  }
  if (!block.savepoint.empty()) connection.release_savepoint(block.savepoint);
  blocks_.pop_back();
}

void AtomicBlocks::roll_back(Connection& connection) noexcept {
  const Block block = std::move(blocks_.back());
  blocks_.pop_back();
  callbacks_.resize(std::min(callbacks_.size(), block.callbacks));
  if (!block.transaction && block.savepoint.empty()) {
    broken_ = true;
    return;
  }
  broken_ = unwanted_ = false;
  if (block.transaction) {
    wrote_ = false;
    connection.rollback();
  } else {
    try {
      connection.rollback_to_savepoint(block.savepoint);
      connection.release_savepoint(block.savepoint);
    } catch (const Error&) {
      // The transaction is gone; whoever owns it finds out.
      broken_ = inside();
    }
  }
}

void AtomicBlocks::committed() {
  broken_ = unwanted_ = wrote_ = false;
  // What is run now may open blocks, and wait for commits, of its own.
  const std::vector<Callback> ready = std::exchange(callbacks_, {});
  for (const Callback& one : ready) {
    try {
      one.work();
    } catch (const Error& error) {
      if (!one.options.robust) throw;
      one.options.report(error);
    } catch (const std::exception& error) {
      if (!one.options.robust) throw;
      one.options.report(Error("transaction.callback", error.what()));
    }
  }
}

void AtomicBlocks::forget() {
  blocks_.clear();
  callbacks_.clear();
  broken_ = unwanted_ = wrote_ = false;
}

Atomic::Atomic(Connection& connection, AtomicOptions options)
    : connection_(connection) {
  connection_.blocks().begin(connection_, options);
}

Atomic::~Atomic() {
  if (open_ && connection_.blocks().inside()) {
    connection_.blocks().roll_back(connection_);
  }
}

void Atomic::commit() {
  AtomicBlocks& blocks = connection_.blocks();
  const std::size_t depth = blocks.blocks_.size();
  try {
    blocks.end(connection_);
  } catch (...) {
    // What a callback throws comes after the end.
    if (blocks.blocks_.size() < depth) open_ = false;
    throw;
  }
  open_ = false;
}

void atomic(Connection& connection, const std::function<void()>& work,
            AtomicOptions options) {
  Atomic block(connection, options);
  work();
  block.commit();
}

void on_commit(Connection& connection, std::function<void()> work,
               OnCommitOptions options) {
  AtomicBlocks& blocks = connection.blocks();
  blocks.callbacks_.push_back({std::move(work), std::move(options)});
  if (!blocks.inside() && !connection.in_transaction()) blocks.committed();
}

bool get_rollback(Connection& connection) {
  const AtomicBlocks& blocks = connection.blocks();
  return blocks.broken_ || blocks.unwanted_;
}

void set_rollback(Connection& connection, bool rollback) {
  AtomicBlocks& blocks = connection.blocks();
  if (!blocks.inside()) {
    throw Error("transaction.broken", "there is no atomic block to roll back");
  }
  blocks.unwanted_ = rollback;
  if (!rollback) blocks.broken_ = false;
}

void require_usable(Connection& connection) {
  if (!connection.blocks().broken_) return;
  refuse_broken(
      "a statement failed in this atomic block: nothing more can be "
      "asked until it ends");
}

}  // namespace manage::orm
