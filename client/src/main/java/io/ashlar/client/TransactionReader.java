package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.StoreTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The reads of a transaction, with read conflicts or, as its snapshot view, without. */
final class TransactionReader implements ReadTransaction {
  private final ClientTransaction transaction;
  private final ClientDatabase database;
  private final boolean snapshot;

  TransactionReader(ClientTransaction transaction, boolean snapshot) {
    this.transaction = transaction;
    this.database = transaction.database();
    this.snapshot = snapshot;
  }

  ClientTransaction transaction() {
    return transaction;
  }

  @Override
  public boolean isSnapshot() {
    return snapshot;
  }

  @Override
  public ReadTransaction snapshot() {
    return snapshot ? this : transaction.snapshot();
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return ofVersion(Session::version);
  }

  @Override
  public CompletableFuture<Long> getStoreTime() {
    return ofVersion(Session::storeTimeMillis)
        .thenCompose(
            millis ->
                millis >= 0
                    ? CompletableFuture.completedFuture(millis)
                    : getReadVersion().thenCompose(this::storeTimeAt));
  }

  /** By the row that the recovery before that version has left. */
  private CompletableFuture<Long> storeTimeAt(long version) {
    return database.readAsync(
        reads -> {
          reads.options().setReadSystemKeys();
          // The version stays what it is: what is wrong with it is for the caller to hear.
          reads.options().setRetryLimit(0);
          reads.setReadVersion(version);
          return reads
              .get(Keys.STORE_TIME.toArray())
              .thenApply(row -> StoreTime.decode(Bytes.wrap(row)).millisAt(version));
        });
  }

  @Override
  public Consistency consistency() {
    return transaction.consistency();
  }

  @Override
  public CompletableFuture<Staleness> getStaleness() {
    return getReadVersion()
        .thenCompose(
            version -> getStoreTime().thenApply(millis -> database.known().since(version, millis)));
  }

  private CompletableFuture<Long> ofVersion(ToLongFunction<Session> wanted) {
    VersionRead read;
    ClientFuture<Long> future = database.newFuture();
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      try {
        attempt.expectActive();
      } catch (AshlarException e) {
        return database.failed(e);
      }
      attempt.readBegun();
      read = new VersionRead(attempt.session, transaction, wanted, future);
    }
    database.post(read);
    return future;
  }

  @Override
  public void setReadVersion(long version) {
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      if (version <= 0) {
        throw new AshlarException(
            ErrorCode.VERSION_INVALID, "the version " + version + " is not positive");
      }
      if (transaction.consistency() != Consistency.STRONG) {
        throw new AshlarException(
            ErrorCode.CLIENT_INVALID_OPERATION,
            "a transaction at " + transaction.consistency() + " chooses its version itself");
      }
      if (attempt.versionFixed) {
        throw new AshlarException(ErrorCode.READ_VERSION_ALREADY_SET);
      }
      attempt.versionFixed = true;
      attempt.knownVersion = version;
      attempt.session.presetVersion(version);
    }
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    if (!snapshot) {
      transaction.addReadConflictRange(begin, end);
    }
    return !snapshot;
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    if (!snapshot) {
      transaction.addReadConflictKey(key);
    }
    return !snapshot;
  }

  /** What a transaction knows of a key without asking: the value, or what it did to it. */
  private record Known(boolean isKnown, Bytes value, Written written) {
    static final Known NOTHING = new Known(false, null, null);

    static Known of(Bytes value) {
      return new Known(true, value, null);
    }
  }

  /**
   * Looks up a key, and notes the read conflict if the outcome depends on the database. With the
   * monitor held.
   */
  private Known look(Attempt attempt, Bytes key) {
    TransactionSettings settings = transaction.settings();
    attempt.expectActive();
    Legality.checkKey(key, settings.readEnd());
    attempt.used = true;
    Written written = null;
    WriteMap writes = attempt.writes.map();
    if (!writes.isEmpty() && settings.seesOwnWrites(snapshot)) {
      WriteMap.Segment segment = writes.at(key);
      if (segment.unreadable() && !settings.bypassesUnreadable()) {
        throw new AshlarException(ErrorCode.ACCESSED_UNREADABLE);
      }
      if (segment.kind() == WriteMap.Kind.CLEARED) {
        return Known.of(null);
      }
      written = segment.written();
      if (written != null && written.isIndependent()) {
        return Known.of(written.evaluate(null));
      }
    }
    if (!snapshot) {
      attempt.readConflicts.addKey(key);
    }
    if (settings.readsYourWrites() && attempt.cache().knows(key)) {
      Bytes base = attempt.cache().get(key);
      return Known.of(written == null ? base : written.evaluate(base));
    }
    return written == null ? Known.NOTHING : new Known(false, null, written);
  }

  /** A value came from the database. Without the monitor held. */
  private void arrived(Attempt attempt, Bytes key, Bytes base, AshlarException error) {
    synchronized (transaction) {
      if (error == null && transaction.settings().readsYourWrites()) {
        attempt.cache().putPoint(key, base);
      }
    }
    transaction.readEnded(attempt.session, error == null);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] keyArray) {
    Bytes key = Bytes.copyOf(keyArray);
    PointRead read;
    SingleValue future;
    long version;
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      Known known;
      try {
        known = look(attempt, key);
      } catch (AshlarException e) {
        return database.failed(e);
      }
      if (known.isKnown) {
        return database.completed(array(known.value));
      }
      attempt.readBegun();
      future = new SingleValue(attempt, key, known.written);
      read = new PointRead(attempt.session, key, future, 0);
      version = attempt.knownVersion;
    }
    database.read(version, read);
    return future;
  }

  private static byte[] array(Bytes value) {
    return value == null ? null : value.toArray();
  }

  private final class SingleValue extends ClientFuture<byte[]> implements PointRead.Receiver {
    private final Attempt attempt;
    private final Bytes key;
    private final Written written;

    SingleValue(Attempt attempt, Bytes key, Written written) {
      super(database);
      this.attempt = attempt;
      this.key = key;
      this.written = written;
    }

    @Override
    public void onValue(int index, Bytes base, AshlarException error) {
      arrived(attempt, key, base, error);
      if (error != null) {
        completeExceptionally(error);
      } else {
        complete(array(written == null ? base : written.evaluate(base)));
      }
    }
  }

  @Override
  public CompletableFuture<List<byte[]>> getMany(List<byte[]> keyArrays) {
    int n = keyArrays.size();
    Bytes[] keys = new Bytes[n];
    for (int i = 0; i < n; i++) {
      keys[i] = Bytes.copyOf(keyArrays.get(i));
    }
    ManyValues future;
    List<PointRead> reads = new ArrayList<>(n);
    long version;
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      future = new ManyValues(attempt, keys);
      try {
        attempt.expectActive();
        for (Bytes key : keys) {
          // Before the first of them is noted as read.
          Legality.checkKey(key, transaction.settings().readEnd());
        }
        for (int i = 0; i < n; i++) {
          Known known = look(attempt, keys[i]);
          if (known.isKnown) {
            future.values[i] = array(known.value);
          } else {
            future.written[i] = known.written;
            future.missing++;
            reads.add(new PointRead(attempt.session, keys[i], future, i));
          }
        }
      } catch (AshlarException e) {
        return database.failed(e);
      }
      for (int i = 0; i < future.missing; i++) {
        attempt.readBegun();
      }
      version = attempt.knownVersion;
    }
    if (future.missing == 0) {
      return database.completed(Arrays.asList(future.values));
    }
    database.read(version, reads.toArray(new PointRead[0]));
    return future;
  }

  private final class ManyValues extends ClientFuture<List<byte[]>> implements PointRead.Receiver {
    private final Attempt attempt;
    private final Bytes[] keys;
    private final Written[] written;
    private final byte[][] values;
    private int missing;

    ManyValues(Attempt attempt, Bytes[] keys) {
      super(database);
      this.attempt = attempt;
      this.keys = keys;
      this.written = new Written[keys.length];
      this.values = new byte[keys.length][];
    }

    @Override
    public void onValue(int index, Bytes base, AshlarException error) {
      arrived(attempt, keys[index], base, error);
      if (error != null) {
        completeExceptionally(error);
        return;
      }
      boolean complete;
      synchronized (transaction) {
        Written own = written[index];
        values[index] = array(own == null ? base : own.evaluate(base));
        missing--;
        complete = missing == 0;
      }
      if (complete) {
        complete(Arrays.asList(values));
      }
    }
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return KeyResolution.begin(this, selector.toCore());
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return new RangeRows(this, begin.toCore(), end.toCore(), limit, reverse, mode);
  }

  /** As {@link Transaction#watch}. */
  CompletableFuture<Void> watch(byte[] keyArray) {
    Bytes key = Bytes.copyOf(keyArray);
    WatchFuture future = new WatchFuture(database, key);
    PointRead read = null;
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      Known known;
      try {
        attempt.expectActive();
        if (!transaction.settings().readsYourWrites()) {
          throw new AshlarException(ErrorCode.WATCHES_DISABLED);
        }
        known = look(attempt, key);
        if (!database.reserveWatch()) {
          throw new AshlarException(
              ErrorCode.TOO_MANY_WATCHES,
              "there are "
                  + database.options().watchesMax()
                  + " watches, as many as the option watchesMax allows; cancel some");
        }
      } catch (AshlarException e) {
        return database.failed(e);
      }
      attempt.watches.add(future);
      if (known.isKnown) {
        future.expect(known.value);
      } else {
        attempt.readBegun();
        PointRead.Receiver receiver =
            (index, base, error) -> {
              if (error == null) {
                future.expect(known.written == null ? base : known.written.evaluate(base));
              } else {
                future.fire(error);
              }
              arrived(attempt, key, base, error);
            };
        read = new PointRead(attempt.session, key, receiver, 0);
      }
    }
    if (read != null) {
      database.post(read);
    }
    return future;
  }

  @Override
  public TransactionOptions options() {
    return transaction.options();
  }

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
  public Executor getExecutor() {
    return database.getExecutor();
  }

  @Override
  public Environment environment() {
    return database.environment();
  }
}
