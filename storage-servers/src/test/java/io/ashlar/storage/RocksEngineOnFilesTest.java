package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

final class RocksEngineOnFilesTest extends EngineContract {
  private static final int ROWS = 100_000;

  @TempDir Path folder;
  private int engines;

  @Override
  EngineHarness harness() {
    return at(folder.resolve("engine" + engines++));
  }

  private static EngineHarness at(Path path) {
    return new EngineHarness.Rocks(path.toString(), null, RocksOptions.defaults());
  }

  private static Bytes row(int number) {
    return key("k" + (1_000_000 + number));
  }

  private static void fill(EngineHarness harness, int rows) {
    harness.engine.write(
        new EngineBatch(
            5,
            key("m"),
            to -> {
              for (int i = 0; i < rows; i++) {
                to.set(row(i), key("value " + i * 7919L));
              }
            }),
        () -> {});
    harness.runLoop();
  }

  private static List<Path> tables(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    }
  }

  private static void assertFailed(EngineHarness harness, ErrorCode code, String text) {
    assertThat(harness.failures).hasSize(1);
    AshlarException failure = harness.failures.get(0);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(text);
  }

  @Test
  void refusesADirectoryOfSomethingElse() throws Exception {
    Path path = folder.resolve("foreign");
    RocksDB.loadLibrary();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, path.toString())) {
      db.put(new byte[] {1}, new byte[] {2});
    }
    EngineHarness harness = at(path);
    assertThat(harness.open()).isNull();
    assertFailed(harness, ErrorCode.DIRECTORY_VERSION, path.toString());
  }

  @Test
  void refusesADirectoryOfANewerFormat() throws Exception {
    Path path = folder.resolve("newer");
    RocksDB.loadLibrary();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, path.toString())) {
      db.put(
          Keys.SYSTEM_END.concat(Bytes.utf8("/ashlar/engine")).unsafeArray(),
          new byte[] {0, 0, 0, 9, 1, 2, 3});
    }
    EngineHarness harness = at(path);
    assertThat(harness.open()).isNull();
    assertFailed(harness, ErrorCode.DIRECTORY_VERSION, "format 9");
  }

  @Test
  void refusesADirectoryThatIsOpen() {
    Path path = folder.resolve("twice");
    EngineHarness first = at(path);
    first.open();
    EngineHarness second = at(path);
    assertThat(second.open()).isNull();
    assertFailed(second, ErrorCode.DIRECTORY_IN_USE, path.toString());
    first.close();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNotTakenForAnOpenOneByItsPath() {
    EngineHarness harness = at(folder.resolve("blockvolume/absent/engine"));
    assertThat(harness.open()).isNull();
    assertFailed(harness, ErrorCode.IO_ERROR, "absent");
  }

  /** An engine in whose table something was overwritten, opened again. */
  private static EngineHarness withACorruptBlock(Path path) throws IOException {
    EngineHarness harness = at(path);
    harness.open();
    fill(harness, ROWS);
    harness.reopenCleanly();
    harness.close();
    try (RandomAccessFile file = new RandomAccessFile(tables(path).get(0).toFile(), "rw")) {
      file.seek(file.length() / 3);
      file.write(new byte[64]);
    }
    harness = at(path);
    assertThat(harness.open()).isNotNull();
    return harness;
  }

  /** The number of the first row in the corrupt block. */
  private static int firstCorrupt(EngineSnapshot snapshot, String file) {
    int[] read = new int[1];
    assertCorrupt(
            () -> {
              try (EngineCursor cursor = snapshot.cursor(Keys.ALL, false)) {
                for (; cursor.isValid(); cursor.advance()) {
                  read[0]++;
                }
              }
            })
        .hasMessageContaining(file);
    assertThat(read[0]).isBetween(1, ROWS - 1);
    return read[0];
  }

  private static AbstractThrowableAssert<?, ?> assertCorrupt(ThrowingCallable read) {
    return assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            AshlarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_CORRUPT));
  }

  @Test
  void namesACorruptBlockWhenItIsRead() throws Exception {
    Path path = folder.resolve("corrupt");
    EngineHarness harness = withACorruptBlock(path);
    EngineSnapshot snapshot = harness.engine.snapshot();
    int corrupt = firstCorrupt(snapshot, tables(path).get(0).getFileName().toString());
    assertCorrupt(() -> snapshot.get(row(corrupt)));
    // The rest can still be read.
    assertThat(snapshot.get(row(0))).isNotNull();
    snapshot.release();
    harness.close();
  }

  /**
   * Such a read used to be counted as ended twice: no later one of the snapshot was let through,
   * and closing the engine waited for ever.
   */
  @Test
  void aCursorThatBeginsInACorruptBlockHarmsNoOtherRead() throws Exception {
    EngineHarness harness = withACorruptBlock(folder.resolve("seek"));
    EngineSnapshot snapshot = harness.engine.snapshot();
    int corrupt = firstCorrupt(snapshot, ".sst");
    assertCorrupt(() -> snapshot.cursor(new KeyRange(row(corrupt), row(ROWS)), false));
    assertThat(snapshot.get(row(0))).isNotNull();
    assertCorrupt(() -> snapshot.cursor(new KeyRange(row(0), row(corrupt + 1)), true));
    assertThat(snapshot.get(row(0))).isNotNull();
    try (EngineCursor whole = snapshot.cursor(new KeyRange(row(0), row(corrupt)), false)) {
      assertThat(whole.key()).isEqualTo(row(0));
    }
    snapshot.release();
    harness.close();
    assertThat(harness.failures).isEmpty();
  }

  /** Its cursor stayed open, and closing the engine waited for that read for ever. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aMergeThatSkipsIntoACorruptBlockHoldsNothingUp() throws Exception {
    EngineHarness harness = withACorruptBlock(folder.resolve("skip"));
    EngineSnapshot snapshot = harness.engine.snapshot();
    int corrupt = firstCorrupt(snapshot, ".sst");
    VersionedMap map = new VersionedMap(5, Shards.NONE.with(Keys.ALL));
    map.begin(6);
    map.clear(row(0), row(corrupt));
    map.commit();
    assertCorrupt(
        () -> new RangeMerge(map.root(), snapshot, new KeyRange(row(0), row(ROWS)), false));
    assertThat(snapshot.get(row(0))).isNotNull();
    snapshot.release();
    harness.close();
    assertThat(harness.failures).isEmpty();
  }

  @Test
  void refusesToOpenWithATruncatedTable() throws Exception {
    Path path = folder.resolve("truncated");
    EngineHarness harness = at(path);
    harness.open();
    fill(harness, 10_000);
    harness.close();
    Path table = tables(path).get(0);
    try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    harness = at(path);
    assertThat(harness.open()).isNull();
    assertFailed(harness, ErrorCode.FILE_CORRUPT, table.getFileName().toString());
  }

  @Test
  void refusesToOpenWithoutATable() throws Exception {
    Path path = folder.resolve("missing");
    EngineHarness harness = at(path);
    harness.open();
    fill(harness, 10_000);
    harness.close();
    Path table = tables(path).get(0);
    Files.delete(table);
    harness = at(path);
    assertThat(harness.open()).isNull();
    assertThat(harness.failures).hasSize(1);
    assertThat(harness.failures.get(0)).hasMessageContaining(table.getFileName().toString());
  }

  /** Readers on their own threads are waited for, then refused: never a crash of the process. */
  @Test
  void closesWhileOthersRead() throws Exception {
    ExecutorService work = Executors.newSingleThreadExecutor();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    try {
      for (int round = 0; round < 20; round++) {
        RocksEngine engine =
            new RocksEngine(
                folder.resolve("concurrent").toString(),
                RocksOptions.defaults(),
                work,
                loop::add,
                StorageEngine::rethrow);
        engine.open(state -> {});
        loop.take().run();
        engine.write(
            new EngineBatch(round + 1, key("m"), to -> to.set(key("a"), key("1"))), () -> {});
        loop.take().run();
        EngineSnapshot snapshot = engine.snapshot();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        List<java.util.concurrent.Future<?>> both =
            List.of(
                readers.submit(() -> readUntilRefused(snapshot, reads, refused)),
                readers.submit(() -> readUntilRefused(snapshot, reads, refused)));
        while (reads.get() < 50) {
          Thread.onSpinWait();
        }
        engine.close(() -> {});
        loop.take().run();
        for (java.util.concurrent.Future<?> each : both) {
          each.get();
        }
        assertThat(refused.get()).isEqualTo(2);
        snapshot.release();
      }
    } finally {
      work.shutdown();
      readers.shutdown();
    }
  }

  private static void readUntilRefused(
      EngineSnapshot snapshot, AtomicInteger reads, AtomicInteger refused) {
    try {
      while (true) {
        assertThat(snapshot.get(key("a"))).isEqualTo(key("1"));
        try (EngineCursor cursor =
            snapshot.cursor(new KeyRange(Bytes.EMPTY, key("b")), reads.get() % 2 == 0)) {
          assertThat(cursor.isValid()).isTrue();
        }
        reads.incrementAndGet();
      }
    } catch (AshlarException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_CLOSED);
      refused.incrementAndGet();
    }
  }
}
