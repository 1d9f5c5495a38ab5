package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * A snapshot of RocksDB. Two counts guard it: holders, who may read it later, and reads under way,
 * which alone touch native memory. The last holder's release, or the closing of the engine, shuts
 * the gate to reads; the last read through it, or the one who shut it, frees the native side.
 */
final class RocksSnapshot implements EngineSnapshot {
  private static final int SHUT = 1 << 30;

  /** Fewer keys are read faster one by one. */
  private static final int MULTI_GET_MIN = 4;

  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions readOptions;
  private final long storedVersion;
  private final Consumer<RocksSnapshot> onFreed;
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Reads under way, and {@link #SHUT} when there will be no more. */
  private final AtomicInteger gate = new AtomicInteger();

  RocksSnapshot(RocksDB db, long storedVersion, Consumer<RocksSnapshot> onFreed) {
    this.db = db;
    this.storedVersion = storedVersion;
    this.onFreed = onFreed;
    snapshot = db.getSnapshot();
    readOptions = new ReadOptions().setSnapshot(snapshot);
  }

  @Override
  public long storedVersion() {
    return storedVersion;
  }

  @Override
  public Bytes get(Bytes key) {
    enter();
    try {
      byte[] value = db.get(readOptions, key.unsafeArray());
      return value == null ? null : Bytes.wrap(value);
    } catch (RocksDBException e) {
      throw RocksFailures.of("reading key " + key.printable(64), e);
    } finally {
      exit();
    }
  }

  /** One call into native code for all: it sorts the keys and reads each block once. */
  @Override
  public List<Bytes> get(List<Bytes> keys) {
    if (keys.size() < MULTI_GET_MIN) {
      return EngineSnapshot.super.get(keys);
    }
    List<byte[]> arrays = new ArrayList<>(keys.size());
    for (Bytes key : keys) {
      arrays.add(key.unsafeArray());
    }
    enter();
    try {
      List<Bytes> values = new ArrayList<>(keys.size());
      for (byte[] value : db.multiGetAsList(readOptions, arrays)) {
        values.add(value == null ? null : Bytes.wrap(value));
      }
      return values;
    } catch (RocksDBException e) {
      throw RocksFailures.of("reading " + keys.size() + " keys", e);
    } finally {
      exit();
    }
  }

  @Override
  public EngineCursor cursor(KeyRange range, boolean reverse) {
    enter();
    Slice bound = new Slice((reverse ? range.begin() : range.end()).unsafeArray());
    ReadOptions options = new ReadOptions().setSnapshot(snapshot);
    if (reverse) {
      options.setIterateLowerBound(bound);
    } else {
      options.setIterateUpperBound(bound);
    }
    try {
      return new RocksCursor(db.newIterator(options), options, bound, range, reverse, this::exit);
    } catch (RuntimeException | Error e) {
      // Exactly once: with none, closing the engine would wait for this read for ever; with two, it
      // would not wait for another one, and later reads would find the gate shut.
      options.close();
      bound.close();
      exit();
      throw e;
    }
  }

  @Override
  public void retain() {
    Check.that(holders.getAndIncrement() > 0, "retained after it was freed: ", storedVersion);
  }

  @Override
  public void release() {
    int left = holders.decrementAndGet();
    Check.that(left >= 0, "released too often: ", storedVersion);
    if (left == 0) {
      shut();
    }
  }

  /** Lets no further read through. May be called again. */
  void shut() {
    int before = gate.get();
    while ((before & SHUT) == 0) {
      if (gate.compareAndSet(before, before | SHUT)) {
        if (before == 0) {
          free();
        }
        return;
      }
      before = gate.get();
    }
  }

  private void enter() {
    int before = gate.get();
    while ((before & SHUT) == 0) {
      if (gate.compareAndSet(before, before + 1)) {
        return;
      }
      before = gate.get();
    }
    throw new AshlarException(ErrorCode.DATABASE_CLOSED, "the storage engine was closed");
  }

  private void exit() {
    if (gate.decrementAndGet() == SHUT) {
      free();
    }
  }

  /** Runs once: a shut gate only ever loses reads. */
  private void free() {
    readOptions.close();
    db.releaseSnapshot(snapshot);
    onFreed.accept(this);
  }
}
