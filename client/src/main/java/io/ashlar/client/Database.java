package io.ashlar.client;

/**
 * A connection to one database. Thread-safe; one is enough for a program.
 *
 * <p>Made by {@code io.ashlar.Ashlar}: its open, inMemory and connect.
 */
public interface Database extends AutoCloseable, TransactionContext {
  /** A new transaction with the default options. Cheap: nothing is sent before the first read. */
  Transaction createTransaction();

  /**
   * A new session, which has seen all that this database has so far: its transactions are at {@link
   * Consistency#SESSION}.
   */
  CausalSession session();

  /**
   * A new session that has seen what {@code token} says, too.
   *
   * @throws io.ashlar.core.AshlarException as {@link CausalSession#join}
   */
  default CausalSession session(SessionToken token) {
    CausalSession session = session();
    session.join(token);
    return session;
  }

  /**
   * Reads at {@link Consistency#EVENTUAL}: each transaction reads one version, the newest that the
   * storage server knows to be committed which is asked first, whichever replica that is. No read
   * version is asked for, and nothing waits but a replica that is further behind than the first
   * one. {@link ReadTransaction#getStaleness} tells how old it is. Two transactions may see the
   * second an older state than the first.
   *
   * <p>A transaction that failed, such as with {@code transaction_too_old} (1007) because the
   * replicas are too far from each other, is repeated at a read version that is asked for.
   */
  ReadTransactionContext eventual();

  /** What the database was connected with. */
  DatabaseOptions options();

  /**
   * Ends the connection: every pending future fails with {@code database_closed} (7004), commits
   * under way with {@code may_still_commit} (7005), and later calls fail likewise. Does not wait.
   * Repeatable.
   */
  @Override
  void close();
}
