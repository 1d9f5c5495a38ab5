package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.SuppressForbidden;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An engine on RocksDB, without its write-ahead log: what was written since the last flush is lost
 * in a crash, whole batches from the end, since a memtable is flushed whole and batches go into it
 * in order. All that writes runs on one executor, in order.
 *
 * <p>Rows and the engine's own row, which lies behind all legal keys, share one column family: they
 * are in one memtable, and so in one flush.
 */
@SuppressForbidden("an engine is a port's implementation: it has a thread of its own for its files")
public final class RocksEngine implements StorageEngine {
  /** Where the stored version and the metadata are: behind all that is ever stored. */
  private static final Bytes STATE_KEY = Keys.SYSTEM_END.concat(Bytes.utf8("/ashlar/engine"));

  private static final int FORMAT = 1;
  private static final long WAIT_NANOS = 50_000;

  private final String path;
  private final Env env;
  private final RocksOptions options;
  private final Executor work;
  private final Executor loop;
  private final Consumer<AshlarException> onFailure;

  /** All snapshots whose native side is not freed; touched by any thread. */
  private final Set<RocksSnapshot> unfreed = ConcurrentHashMap.newKeySet();

  // Touched on the work executor alone.
  private final ArrayList<RocksObject> owned = new ArrayList<>();
  private RocksDB db;
  private WriteOptions withoutLog;
  private long storedVersion;
  private boolean failed;

  // Touched on the loop alone.
  private RocksSnapshot visible;

  /**
   * An engine on files.
   *
   * @param path its directory, made if it is absent; its parent exists
   * @param work runs what may block, one task after the other, in order
   * @param loop runs completions on the owner's loop as later events, in order
   * @param onFailure hears on the loop what ended the engine, see {@link StorageEngine#rethrow}
   */
  public RocksEngine(
      String path,
      RocksOptions options,
      Executor work,
      Executor loop,
      Consumer<AshlarException> onFailure) {
    this(path, null, options, work, loop, onFailure);
  }

  /**
   * As the other constructor, in another environment.
   *
   * @param env where the files are, such as a {@link org.rocksdb.RocksMemEnv}; outlives the engine;
   *     null for the machine's own
   */
  public RocksEngine(
      String path,
      Env env,
      RocksOptions options,
      Executor work,
      Executor loop,
      Consumer<AshlarException> onFailure) {
    this.path = path;
    this.env = env;
    this.options = options;
    this.work = work;
    this.loop = loop;
    this.onFailure = onFailure;
  }

  /** A step on the work executor. */
  private interface Task {
    void run() throws RocksDBException;
  }

  private void submit(String what, Task task) {
    work.execute(
        () -> {
          if (failed) {
            return;
          }
          try {
            task.run();
          } catch (RocksDBException e) {
            fail(RocksFailures.of(what + " " + path, e));
          } catch (AshlarException e) {
            fail(e);
          } catch (RuntimeException | Error e) {
            failed = true;
            // A broken invariant stops the worker, whichever thread met it.
            loop.execute(() -> rethrow(e));
          }
        });
  }

  private static void rethrow(Throwable broken) {
    if (broken instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) broken;
  }

  private void fail(AshlarException failure) {
    failed = true;
    loop.execute(() -> onFailure.accept(failure));
  }

  // ------------------------------------------------------------------------------ opening

  @Override
  public void open(Consumer<EngineState> onOpen) {
    submit(
        "opening",
        () -> {
          EngineState state = open();
          RocksSnapshot first = newSnapshot();
          loop.execute(
              () -> {
                visible = first;
                onOpen.accept(state);
              });
        });
  }

  private EngineState open() throws RocksDBException {
    RocksDB.loadLibrary();
    try {
      db = RocksDB.open(databaseOptions(), path);
      withoutLog = own(new WriteOptions().setDisableWAL(true));
      EngineState state = readState();
      storedVersion = state.storedVersion();
      return state;
    } catch (RocksDBException | RuntimeException e) {
      closeNative();
      throw e;
    }
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  private Options databaseOptions() {
    Cache cache = own(new HyperClockCache(options.blockCacheBytes(), 0, -1, false));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(options.blockBytes())
            // In the cache, so that all memory of the engine has one bound; before data blocks, so
            // that scans do not push them out.
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFormatVersion(5);
    if (options.bloomBitsPerKey() > 0) {
      table.setFilterPolicy(own(new BloomFilter(options.bloomBitsPerKey())));
    }
    Options result =
        own(new Options())
            .setCreateIfMissing(true)
            .setTableFormatConfig(table)
            .setWriteBufferSize(options.writeBufferBytes())
            .setMaxWriteBufferNumber(options.writeBuffersMax())
            .setTargetFileSizeBase(options.targetFileBytes())
            .setMaxBackgroundJobs(options.backgroundJobsMax())
            .setMaxOpenFiles(options.openFilesMax())
            .setLevelCompactionDynamicLevelBytes(true)
            .setDisableAutoCompactions(!options.compactsByItself())
            .setCompressionType(
                options.isCompressed()
                    ? CompressionType.LZ4_COMPRESSION
                    : CompressionType.NO_COMPRESSION)
            // We flush, and hear whether it worked; RocksDB would not tell.
            .setAvoidFlushDuringShutdown(true)
            .setMaxBgErrorResumeCount(0)
            .setParanoidChecks(true)
            .setForceConsistencyChecks(true)
            // Written back steadily, so that no sync has to write everything.
            .setBytesPerSync(1 << 20)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(3)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0);
    if (!options.compactsByItself()) {
      // Nobody would ever end a stall.
      result.setLevel0SlowdownWritesTrigger(1 << 20).setLevel0StopWritesTrigger(1 << 20);
    }
    if (env != null) {
      result.setEnv(env);
    }
    return result;
  }

  private EngineState readState() throws RocksDBException {
    byte[] row = db.get(STATE_KEY.unsafeArray());
    if (row == null) {
      try (RocksIterator any = db.newIterator()) {
        any.seekToFirst();
        if (any.isValid()) {
          throw new AshlarException(
              ErrorCode.DIRECTORY_VERSION, path + " is a RocksDB database of something else");
        }
        any.status();
      }
      return EngineState.NEW;
    }
    try {
      ByteReader reader = new ByteReader(Bytes.wrap(row));
      int format = reader.getInt();
      if (format != FORMAT) {
        throw new AshlarException(
            ErrorCode.DIRECTORY_VERSION,
            path + " has engine format " + format + "; this version reads format " + FORMAT);
      }
      EngineState state = new EngineState(reader.getLong(), reader.getBytes());
      reader.expectEnd();
      return state;
    } catch (MalformedException e) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT, path + ", the engine's state: " + e.getMessage(), e);
    }
  }

  // ------------------------------------------------------------------------------ writing

  @Override
  public void write(EngineBatch batch, Runnable onWritten) {
    submit(
        "writing to",
        () -> {
          writeBatch(batch);
          // Taken before the next batch is written: the view is exactly this one.
          RocksSnapshot after = newSnapshot();
          loop.execute(
              () -> {
                RocksSnapshot before = visible;
                visible = after;
                if (before != null) {
                  before.release();
                }
                onWritten.run();
              });
        });
  }

  private void writeBatch(EngineBatch batch) throws RocksDBException {
    Check.that(
        batch.storedVersion() >= storedVersion, "stored goes back to ", batch.storedVersion());
    try (WriteBatch rows = new WriteBatch();
        ReadOptions current = new ReadOptions()) {
      batch.changes().forEach(new BatchWriter(rows, current));
      ByteWriter state = new ByteWriter(32 + batch.metadata().length());
      state.putInt(FORMAT).putLong(batch.storedVersion()).putBytes(batch.metadata());
      rows.put(STATE_KEY.unsafeArray(), state.toBytes().unsafeArray());
      db.write(withoutLog, rows);
    }
    storedVersion = batch.storedVersion();
  }

  /** Turns changes into rows of a batch. */
  private final class BatchWriter implements EngineBatch.Writer {
    private final WriteBatch rows;
    private final ReadOptions current;

    private BatchWriter(WriteBatch rows, ReadOptions current) {
      this.rows = rows;
      this.current = current;
    }

    @Override
    public void set(Bytes key, Bytes value) {
      Check.that(key.compareTo(Keys.SYSTEM_END) < 0, "stores an illegal key: ", key);
      try {
        rows.put(key.unsafeArray(), value.unsafeArray());
      } catch (RocksDBException e) {
        throw RocksFailures.of("writing to " + path, e);
      }
    }

    @Override
    public void clearRange(Bytes begin, Bytes end) {
      Check.that(end.compareTo(Keys.SYSTEM_END) <= 0, "clears illegal keys below ", end);
      try {
        if (!deleteEach(begin, end)) {
          rows.deleteRange(begin.unsafeArray(), end.unsafeArray());
        }
      } catch (RocksDBException e) {
        throw RocksFailures.of("writing to " + path, e);
      }
    }

    /** Deletes the rows one by one, unless they are many. */
    private boolean deleteEach(Bytes begin, Bytes end) throws RocksDBException {
      if (KeyRange.ofKey(begin).end().equals(end)) {
        rows.delete(begin.unsafeArray());
        return true;
      }
      List<byte[]> keys = new ArrayList<>();
      try (RocksIterator each = db.newIterator(current)) {
        // No other change of this batch touches the range, so what the engine has is all there is.
        for (each.seek(begin.unsafeArray());
            each.isValid() && Bytes.wrap(each.key()).compareTo(end) < 0;
            each.next()) {
          if (keys.size() == options.clearKeysMax()) {
            return false;
          }
          keys.add(each.key());
        }
        each.status();
      }
      for (byte[] key : keys) {
        rows.delete(key);
      }
      return true;
    }
  }

  @Override
  public void flush(Runnable onDurable) {
    submit(
        "flushing",
        () -> {
          flushNow();
          loop.execute(onDurable);
        });
  }

  private void flushNow() throws RocksDBException {
    try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
      db.flush(waiting);
    }
  }

  // ------------------------------------------------------------------------------ reading

  private RocksSnapshot newSnapshot() {
    RocksSnapshot snapshot = new RocksSnapshot(db, storedVersion, unfreed::remove);
    unfreed.add(snapshot);
    return snapshot;
  }

  @Override
  public EngineSnapshot snapshot() {
    visible.retain();
    return visible;
  }

  // ------------------------------------------------------------------------------ closing

  @Override
  public void close(Runnable onClosed) {
    work.execute(
        () -> {
          AshlarException failure = null;
          try {
            if (db != null && !failed) {
              flushNow();
            }
          } catch (RocksDBException e) {
            failure = RocksFailures.of("flushing " + path, e);
          }
          closeNative();
          if (failure != null) {
            fail(failure);
          } else {
            failed = true;
            loop.execute(onClosed);
          }
        });
  }

  /**
   * The process dies, as far as this engine is concerned: for an owner whose loop has died, and for
   * a simulator, whose processes share one. Nothing of it is called any more. An engine that is
   * closed already stays as it is.
   *
   * @param keepUnflushed whether what was written and not flushed is found again, all of it, or
   *     lost, all of it
   */
  public void crash(boolean keepUnflushed) {
    work.execute(
        () -> {
          try {
            if (keepUnflushed && db != null && !failed) {
              flushNow();
            }
          } catch (RocksDBException e) {
            throw RocksFailures.of("flushing " + path, e);
          } finally {
            failed = true;
            closeNative();
          }
        });
  }

  /** Shuts the gate to all readers, waits for those inside, and gives everything back. */
  private void closeNative() {
    for (RocksSnapshot snapshot : unfreed) {
      snapshot.shut();
    }
    while (!unfreed.isEmpty()) {
      // A read under way ends by itself; its length is bounded.
      LockSupport.parkNanos(WAIT_NANOS);
    }
    if (db != null) {
      db.close();
      db = null;
    }
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
  }
}
