package io.ashlar.client;

/**
 * A line of transactions that follow from each other, at {@link Consistency#SESSION}: each one sees
 * all that those before it have committed and read, though it does not ask the cluster for a read
 * version. Made by {@link Database#session()}; thread-safe, costs nothing, needs no end.
 *
 * <p>What holds for a transaction that is begun after others of the session have ended:
 *
 * <ul>
 *   <li><b>Read your writes</b>: it sees every commit of the session that has succeeded, and after
 *       {@code commit_unknown_result} (1021) whatever became of that commit.
 *   <li><b>Monotonic reads</b>: it sees a state that is no older than any that was read.
 *   <li><b>Monotonic writes</b>, <b>writes follow reads</b>: its commit comes after all that the
 *       session has seen, for whoever reads, at any level but eventually.
 * </ul>
 *
 * <p>The same holds between sessions, on any machine: {@link #token} is what this one has seen, as
 * a value; one that {@linkplain #join joins} it has seen that as well.
 *
 * <p>It may not see what others have committed meanwhile, as a rule of the last milliseconds; it
 * promises no bound. Its transactions may write: their commits fail with {@code not_committed}
 * (1020), as any, when something that they read has been changed since, which is a little likelier
 * as the version is a little older.
 *
 * <p>A version is used as long as this client has heard within half the window (2.5 s) that it is
 * recent; else, and for each repetition of a transaction that failed, a read version is asked for,
 * as by every other transaction. {@link ReadTransaction#setReadVersion} is not for transactions of
 * sessions: {@code client_invalid_operation} (2000).
 */
public interface CausalSession extends TransactionContext {
  /** A new transaction of the session. Cheap: nothing is sent before the first read. */
  Transaction createTransaction();

  /** What the session has seen so far. Never goes back. */
  SessionToken token();

  /**
   * The session has seen what {@code token} says, too.
   *
   * @throws io.ashlar.core.AshlarException {@code session_token_invalid} (7011) when the token is
   *     of another database. When it is not known yet which one this is, what is done in the
   *     session fails with that
   */
  void join(SessionToken token);

  /** Where the session belongs. */
  Database getDatabase();
}
