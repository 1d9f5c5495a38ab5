package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Limits;
import io.ashlar.core.Uid;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A session: the highest version that it has seen, which only grows. It has seen a version once a
 * transaction of its own reads at it or has been committed at it, or a token says so.
 */
final class ClientCausalSession implements CausalSession {
  private final ClientDatabase database;
  private final AtomicLong seen = new AtomicLong();

  /** Of the tokens that were joined; {@link Uid#NONE} when none was. */
  private final AtomicReference<Uid> tokens = new AtomicReference<>(Uid.NONE);

  ClientCausalSession(ClientDatabase database) {
    this.database = database;
    saw(database.known().highest());
  }

  /** A version that is known to be committed has been read or written. Any thread. */
  void saw(long version) {
    if (version > seen.get()) {
      seen.accumulateAndGet(version, Math::max);
    }
  }

  /**
   * Before the first read of a try: gives it a version, if that is known without asking. With the
   * transaction's monitor held.
   */
  void chooseVersion(Attempt attempt) {
    KnownCommitted known = database.known();
    long version = known.versionFor(seen.get());
    if (version == KnownCommitted.NONE || refusal(known.databaseId()) != null) {
      return;
    }
    saw(version);
    attempt.fixVersion(version, known);
  }

  /** The highest version that it has seen, or 0. */
  long seen() {
    return seen.get();
  }

  /**
   * The version to read at when {@code fetched} has been given as a read version: what the session
   * has seen may be above it for a moment, since versions are known to be committed in the log
   * before they are given out. On the loop.
   *
   * @throws AshlarException when what was seen lies so far above that it was never there
   */
  long atLeastSeen(long fetched, Session asked) {
    long version = Math.max(fetched, seen.get());
    boolean isRisky = asked.isCausalReadRisky();
    if (!isRisky && asked.seenWhenAsked() - fetched >= Limits.RECOVERY_JUMP_VERSIONS) {
      throw SessionToken.invalid(
          "it has seen version "
              + version
              + ", and the database is at "
              + fetched
              + ": the token is made up, or the database is an older copy");
    }
    saw(version);
    return version;
  }

  /** Why the session is none of that database, or null. */
  AshlarException refusal(Uid there) {
    Uid tokensId = tokens.get();
    boolean isOther =
        !tokensId.equals(Uid.NONE) && !there.equals(Uid.NONE) && !tokensId.equals(there);
    return isOther ? SessionToken.ofAnother(tokensId, there) : null;
  }

  @Override
  public SessionToken token() {
    long version = seen.get();
    if (version == 0) {
      return SessionToken.NOTHING;
    }
    Uid tokensId = tokens.get();
    return new SessionToken(
        tokensId.equals(Uid.NONE) ? database.known().databaseId() : tokensId, version);
  }

  @Override
  public void join(SessionToken token) {
    if (token.version() == 0) {
      return;
    }
    Uid there = database.known().databaseId();
    if (!there.equals(Uid.NONE) && !token.databaseId().equals(there)) {
      throw SessionToken.ofAnother(token.databaseId(), there);
    }
    boolean isFirst = tokens.compareAndSet(Uid.NONE, token.databaseId());
    if (!isFirst && !tokens.get().equals(token.databaseId())) {
      throw SessionToken.ofAnother(token.databaseId(), tokens.get());
    }
    saw(token.version());
  }

  @Override
  public Database getDatabase() {
    return database;
  }

  // ---- transactions

  private ClientTransaction newTransaction() {
    return new ClientTransaction(database, Consistency.SESSION, this);
  }

  @Override
  public Transaction createTransaction() {
    return newTransaction();
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return RetryLoop.run(database, this::newTransaction, body, false);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return new RetryLoop<T>(database, this::newTransaction, body, false).begin();
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return RetryLoop.run(database, this::newTransaction, body, true);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return new RetryLoop<T>(database, this::newTransaction, body, true).begin();
  }

  @Override
  public Executor getExecutor() {
    return database.getExecutor();
  }

  @Override
  public Environment environment() {
    return database.environment();
  }
}
