package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.TransactionCommitted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The front half of a transaction. Its monitor guards everything and is held only for computing: no
 * future is completed and nothing awaited under it, and the loop never takes it.
 */
final class ClientTransaction implements Transaction {
  private final ClientDatabase database;

  private final Consistency consistency;

  /** The session it belongs to, or null. */
  private final ClientCausalSession causal;

  private final TransactionSettings settings;
  private final TransactionReader reader;
  private final TransactionReader snapshot;
  private final TransactionWrites writes;
  private final TransactionTries tries;

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
    this.tries = new TransactionTries(this, causal);
    long timeoutMillis = database.options().transactionTimeoutMillis();
    if (timeoutMillis > 0) {
      setTimeout(timeoutMillis);
    }
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
    return tries.attempt();
  }

  void setTimeout(long millis) {
    tries.setTimeout(millis);
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
      Attempt attempt = tries.attempt();
      if (attempt.session != session) {
        return;
      }
      attempt.readEnded();
      if (wellEnded && session.hasVersion()) {
        attempt.knownVersion = session.version();
      }
      if (attempt.phase() == Attempt.Phase.COMMITTING && !attempt.hasPendingReads()) {
        next = prepareCommit(attempt);
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
      Attempt attempt = tries.attempt();
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
        next = prepareCommit(attempt);
      }
    }
    if (next != null) {
      next.run();
    }
    return future;
  }

  /** With the monitor held: what to do next, without it, to commit. */
  private Runnable prepareCommit(Attempt committing) {
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
        tries.onCommitted();
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
      Attempt attempt = tries.attempt();
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
      Attempt attempt = tries.attempt();
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
      Attempt attempt = tries.attempt();
      attempt.expectActive();
      attempt.commitVersionMax = Math.min(attempt.commitVersionMax, version);
    }
  }

  @Override
  public long getApproximateSize() {
    synchronized (this) {
      return tries.attempt().sizeBytes();
    }
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return reader.watch(key);
  }

  // ---- ends and new beginnings

  @Override
  public CompletableFuture<Transaction> onError(Throwable thrown) {
    return tries.onError(thrown);
  }

  @Override
  public void cancel() {
    tries.cancel();
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
