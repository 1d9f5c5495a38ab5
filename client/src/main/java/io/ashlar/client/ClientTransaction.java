package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.TransactionCommitted;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The front half of a transaction. Its monitor guards everything and is held only for computing: no
 * future is completed and nothing awaited under it, and the loop never takes it.
 */
final class ClientTransaction implements Transaction {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The longest delay after errors that say a server is short of memory. */
  private static final long OVERLOAD_DELAY_MILLIS_MAX = 30_000;

  private final ClientDatabase database;

  private final Consistency consistency;

  /** The session it belongs to, or null. */
  private final ClientCausalSession causal;

  private final TransactionSettings settings;
  private final TransactionReader reader;
  private final TransactionReader snapshot;
  private final TransactionWrites writes;
  private final Session.Lifetime lifetime = new Session.Lifetime();
  private Attempt attempt;
  private long retries;
  private long nextDelayMillis = DatabaseOptions.RETRY_DELAY_MILLIS_MIN;
  private boolean hasTimeout;

  /** It was cancelled or timed out: no retry brings it back. */
  private AshlarException finalFailure;

  /** A try before this one may have been committed, and none since then certainly was. */
  private boolean inDoubt;

  /**
   * @param causal the session it belongs to, or null
   */
  ClientTransaction(ClientDatabase database, Consistency consistency, ClientCausalSession causal) {
    this.database = database;
    this.consistency = consistency;
    this.causal = causal;
    this.settings = new TransactionSettings(this, database.options());
    this.reader = new TransactionReader(this, false);
    this.snapshot = new TransactionReader(this, true);
    this.writes = new TransactionWrites(this);
    this.attempt = newAttempt(false);
    long timeoutMillis = database.options().transactionTimeoutMillis();
    if (timeoutMillis > 0) {
      setTimeout(timeoutMillis);
    }
  }

  /**
   * @param again whether one has failed before: to read the same once more may well fail again
   */
  private Attempt newAttempt(boolean again) {
    Session session = new Session(lifetime);
    session.presetCausal(causal, again);
    // Replicas may be too far from each other: what failed once is read at a version of all.
    session.presetEventual(consistency == Consistency.EVENTUAL && !again);
    session.presetCausalReadRisky(settings.causalReadRisky());
    return new Attempt(database, session);
  }

  ClientDatabase database() {
    return database;
  }

  TransactionSettings settings() {
    return settings;
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  /** The present try. With the monitor held. */
  Attempt attempt() {
    return attempt;
  }

  void setTimeout(long millis) {
    long nanos = Math.min(millis, Long.MAX_VALUE / NANOS_PER_MILLI) * NANOS_PER_MILLI;
    Operation operation;
    synchronized (this) {
      if (millis == 0 && !hasTimeout) {
        return;
      }
      hasTimeout = millis > 0;
      operation =
          hasTimeout
              ? new TransactionTimeout(database.detached(), lifetime, nanos, this)
              : new LoopTask(database.detached(), lifetime::disarm);
    }
    database.post(operation);
  }

  void onTimedOut() {
    synchronized (this) {
      hasTimeout = false;
      if (attempt.phase() == Attempt.Phase.COMMITTED) {
        return;
      }
      finalFailure = TransactionTimeout.timedOut();
    }
    giveUp();
  }

  // ---- reads

  @Override
  public boolean isSnapshot() {
    return false;
  }

  @Override
  public ReadTransaction snapshot() {
    return snapshot;
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return reader.getReadVersion();
  }

  @Override
  public CompletableFuture<Long> getStoreTime() {
    return reader.getStoreTime();
  }

  @Override
  public CompletableFuture<Staleness> getStaleness() {
    return reader.getStaleness();
  }

  @Override
  public void setReadVersion(long version) {
    reader.setReadVersion(version);
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    addReadConflictRange(begin, end);
    return true;
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    addReadConflictKey(key);
    return true;
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return reader.get(key);
  }

  @Override
  public CompletableFuture<List<byte[]>> getMany(List<byte[]> keys) {
    return reader.getMany(keys);
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return reader.getKey(selector);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return reader.getRange(begin, end, limit, reverse, mode);
  }

  @Override
  public TransactionOptions options() {
    return settings;
  }

  /**
   * A read has ended. When it was the last one that a commit waits for, the commit goes on. Without
   * the monitor held.
   */
  void readEnded(Session session, boolean wellEnded) {
    Runnable next = null;
    synchronized (this) {
      if (attempt.session != session) {
        return;
      }
      attempt.readEnded();
      if (wellEnded && session.hasVersion()) {
        attempt.knownVersion = session.version();
      }
      if (attempt.phase() == Attempt.Phase.COMMITTING && !attempt.hasPendingReads()) {
        next = prepareCommit();
      }
    }
    if (next != null) {
      next.run();
    }
  }

  // ---- writes

  @Override
  public void set(byte[] key, byte[] value) {
    writes.set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    writes.clear(key);
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    writes.clear(begin, end);
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] param) {
    writes.mutate(type, key, param);
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    writes.addReadConflictRange(begin, end);
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    writes.addReadConflictKey(key);
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    writes.addWriteConflictRange(begin, end);
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    writes.addWriteConflictKey(key);
  }

  // ---- commit

  @Override
  public CompletableFuture<Void> commit() {
    ClientFuture<Void> future;
    Runnable next = null;
    synchronized (this) {
      try {
        attempt.expectActive();
      } catch (AshlarException e) {
        return database.failed(e);
      }
      future = database.newFuture();
      attempt.commit = future;
      attempt.commitBytesMax = settings.sizeLimitBytes();
      attempt.enter(Attempt.Phase.COMMITTING);
      if (!attempt.hasPendingReads()) {
        next = prepareCommit();
      }
    }
    if (next != null) {
      next.run();
    }
    return future;
  }

  /** With the monitor held: what to do next, without it, to commit. */
  private Runnable prepareCommit() {
    Attempt committing = attempt;
    if (committing.writes.isEmpty()) {
      return () -> onCommitted(committing, null, null);
    }
    long sizeBytes = committing.sizeBytes();
    if (sizeBytes > committing.commitBytesMax) {
      AshlarException error = Legality.tooLarge(sizeBytes, committing.commitBytesMax);
      return () -> onCommitted(committing, null, error);
    }
    ByteWriter readConflicts = new ByteWriter(128);
    committing.readConflicts.encode(readConflicts);
    ByteWriter writeConflicts = new ByteWriter(128);
    committing.writes.conflicts().encode(writeConflicts);
    CommitOperation operation =
        new CommitOperation(
            committing.session,
            readConflicts,
            writeConflicts,
            committing.writes.encodedMutations(),
            settings.usesIdempotencyId(),
            committing.readConflicts.isEmpty(),
            committing.commitVersionMax,
            (committed, error) -> onCommitted(committing, committed, error));
    return () -> database.post(operation);
  }

  /** The commit has ended; without an answer and an error there was nothing to send. */
  private void onCommitted(Attempt ended, TransactionCommitted committed, AshlarException error) {
    synchronized (this) {
      if (error != null) {
        ended.fail(error);
      } else {
        ended.enter(Attempt.Phase.COMMITTED);
        inDoubt = false;
      }
      if (committed != null) {
        ended.committedVersion = committed.version();
        ended.stamp = stamp(committed);
        if (causal != null) {
          causal.saw(committed.version());
        }
      }
    }
    // Nothing is added to the futures of a try that is no longer active.
    if (error != null) {
      ended.commit.completeExceptionally(error);
      ended.failUncommitted(error);
      return;
    }
    ended.commit.complete(null);
    if (ended.versionstamp != null && committed == null) {
      ended.versionstamp.completeExceptionally(new AshlarException(ErrorCode.NO_COMMIT_VERSION));
    } else if (ended.versionstamp != null) {
      ended.versionstamp.complete(ended.stamp);
    }
    long version = committed == null ? ended.knownVersion : committed.version();
    for (WatchFuture watch : ended.watches) {
      watch.arm(version);
    }
  }

  private static byte[] stamp(TransactionCommitted committed) {
    ByteWriter writer = new ByteWriter(10).putLong(committed.version());
    int index = committed.batchIndex();
    return writer.putByte(index >>> 8).putByte(index).toBytes().toArray();
  }

  @Override
  public long getCommittedVersion() {
    synchronized (this) {
      if (attempt.phase() != Attempt.Phase.COMMITTED) {
        throw new AshlarException(
            ErrorCode.NO_COMMIT_VERSION, "the transaction has not been committed");
      }
      return attempt.committedVersion;
    }
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    synchronized (this) {
      switch (attempt.phase()) {
        case COMMITTED:
          return attempt.stamp == null
              ? database.failed(new AshlarException(ErrorCode.NO_COMMIT_VERSION))
              : database.completed(attempt.stamp.clone());
        case FAILED:
          return database.failed(attempt.failure());
        default:
          if (attempt.versionstamp == null) {
            attempt.versionstamp = database.newFuture();
          }
          return attempt.versionstamp.thenApply(byte[]::clone);
      }
    }
  }

  @Override
  public void boundCommitVersion(long version) {
    synchronized (this) {
      attempt.expectActive();
      attempt.commitVersionMax = Math.min(attempt.commitVersionMax, version);
    }
  }

  @Override
  public long getApproximateSize() {
    synchronized (this) {
      return attempt.sizeBytes();
    }
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return reader.watch(key);
  }

  // ---- ends and new beginnings

  @Override
  public CompletableFuture<Transaction> onError(Throwable thrown) {
    Objects.requireNonNull(thrown, "the error is null");
    Throwable error = Blocking.unwrap(thrown);
    if (!(error instanceof AshlarException)) {
      return database.failed(error);
    }
    ErrorCode code = ((AshlarException) error).code();
    ClientFuture<Transaction> future = database.newFuture();
    RetryDelay delay;
    Attempt old;
    synchronized (this) {
      boolean again =
          code.isRetryableNotCommitted() || (code.isMaybeCommitted() && settings.isIdempotent());
      boolean limited = settings.retryLimit() >= 0 && retries >= settings.retryLimit();
      if (finalFailure != null) {
        if (again && !limited) {
          leaveCommitted();
        }
        return database.failed(verdict((AshlarException) error, finalFailure));
      }
      if (attempt.phase() == Attempt.Phase.COMMITTING) {
        return database.failed(new AshlarException(ErrorCode.USED_DURING_COMMIT));
      }
      if (!again || limited) {
        return database.failed(verdict((AshlarException) error, (AshlarException) error));
      }
      retries++;
      inDoubt |= code.isMaybeCommitted();
      old = attempt;
      if (old.phase() == Attempt.Phase.ACTIVE) {
        old.fail((AshlarException) error);
      }
      Attempt next = newAttempt(true);
      next.fail(new AshlarException(ErrorCode.USED_DURING_COMMIT, "a retry is waiting"));
      attempt = next;
      long stepNanos = nextStepMillis(code) * NANOS_PER_MILLI;
      delay = new RetryDelay(next.session, stepNanos, e -> onRetryDelayEnded(next, future, e));
    }
    // What was committed stays so, and its watches go on: only the code after it failed.
    boolean failsFutures = old.phase() != Attempt.Phase.COMMITTED;
    database.post(new GiveUp(database.detached(), old, cancelled(), failsFutures));
    database.post(delay);
    return future;
  }

  /**
   * What a retry fails with that is not begun. What ends the tries is no reason to be silent about
   * one that may be committed: who hears of a timeout, or of a conflict, takes it for not
   * committed. With the monitor held.
   *
   * @param last how the last try ended
   * @param why what ends the tries
   */
  private AshlarException verdict(AshlarException last, AshlarException why) {
    if (last.isMaybeCommitted() || last.code() == ErrorCode.MAY_STILL_COMMIT) {
      return last;
    }
    return inDoubt
        ? new AshlarException(
            ErrorCode.COMMIT_UNKNOWN_RESULT,
            "It cannot be known whether an earlier try was committed; what ended the tries after"
                + " it: "
                + why.getMessage(),
            why)
        : why;
  }

  /**
   * The timeout came while the commit was under way, which ended well all the same: what is begun
   * after it fails as if the timeout had come later. With the monitor held.
   */
  private void leaveCommitted() {
    if (attempt.phase() == Attempt.Phase.COMMITTED
        && finalFailure.code() == ErrorCode.TRANSACTION_TIMED_OUT) {
      Attempt next = newAttempt(true);
      next.fail(finalFailure);
      attempt = next;
    }
  }

  private void onRetryDelayEnded(
      Attempt next, ClientFuture<Transaction> future, AshlarException error) {
    AshlarException why = error;
    AshlarException told = null;
    synchronized (this) {
      if (finalFailure != null) {
        why = finalFailure;
      } else if (why != null && why.code() == ErrorCode.TRANSACTION_TIMED_OUT) {
        // The timeout came after the try before was committed, which it left alone.
        finalFailure = why;
      }
      if (why == null) {
        next.enter(Attempt.Phase.ACTIVE);
      } else {
        // It never begins: what is called from now on fails with the reason.
        next.fail(why);
        told = next == attempt ? verdict(why, why) : why;
      }
    }
    if (why == null) {
      future.complete(this);
    } else {
      future.completeExceptionally(told);
    }
  }

  /** How long to wait at most before the next try. With the monitor held. */
  private long nextStepMillis(ErrorCode code) {
    long max = settings.maxRetryDelayMillis();
    switch (code) {
      case TRANSACTION_TOO_OLD, FUTURE_VERSION -> {
        return Math.min(DatabaseOptions.RETRY_DELAY_MILLIS_MIN, max);
      }
      case COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED, READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED -> {
        max = Math.max(max, OVERLOAD_DELAY_MILLIS_MAX);
      }
      default -> {}
    }
    long step = Math.min(nextDelayMillis, max);
    nextDelayMillis = Math.min(2 * nextDelayMillis, OVERLOAD_DELAY_MILLIS_MAX);
    return step;
  }

  @Override
  public void cancel() {
    synchronized (this) {
      if (attempt.phase() == Attempt.Phase.COMMITTED) {
        return;
      }
      if (finalFailure == null) {
        finalFailure = cancelled();
      }
    }
    giveUp();
  }

  private static AshlarException cancelled() {
    return new AshlarException(ErrorCode.TRANSACTION_CANCELLED);
  }

  /** Fails what is under way and what is still to be called. */
  private void giveUp() {
    Attempt given;
    AshlarException why;
    boolean committing;
    boolean isQuiet;
    synchronized (this) {
      given = attempt;
      why = finalFailure;
      isQuiet = given.isQuiet();
      // While a commit is under way the role decides how it ends: it knows what was sent.
      committing = given.phase() == Attempt.Phase.COMMITTING;
      if (!committing) {
        given.fail(why);
      }
    }
    if (!isQuiet) {
      database.post(new GiveUp(database.detached(), given, why, !committing));
    }
  }

  @Override
  public Database getDatabase() {
    return database;
  }

  @Override
  public void close() {
    cancel();
    setTimeout(0);
  }

  // ---- contexts

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return body.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return body.apply(this);
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return body.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return body.apply(this);
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
