package io.ashlar.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.blob.BlobException.Reason;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.layer.Causes;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blobs, alone; what they do under faults is the workload's. */
@Timeout(120)
class BlobsTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'b'});
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration RETENTION = Duration.ofSeconds(5);
  private static final BlobOptions SMALL = new BlobOptions(10, 35, 2, LEASE, RETENTION, 10_000);

  private final Blobs blobs = new Blobs(PLACE, SMALL);

  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    SeededRandom random = new SeededRandom(seed);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static Blob write(Database database, Blobs blobs, String name, byte[] content) {
    try (BlobWriter writer = blobs.newWriter(database, name).join()) {
      writer.write(content).join();
      return writer.finish(database).join();
    }
  }

  private static byte[] readAll(BlobReader reader) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece;
    while ((piece = reader.next().join()) != null) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  private static void assertFails(ThrowingCallable call, Reason reason) {
    assertThatThrownBy(call)
        .satisfies(
            error ->
                assertThat(Causes.of(error))
                    .isInstanceOfSatisfying(
                        BlobException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason)));
  }

  private static List<KeyValue> rows(Database database) {
    return database.read(reads -> reads.getRange(PLACE.range()).asList().join());
  }

  @Test
  void whatWasWrittenIsReadWholeAndInParts() {
    try (Database database = Ashlar.inMemory()) {
      assertThat(blobs.get(database, "a").join()).isNull();
      assertThat(blobs.read(database, "a", 0, 10).join()).isNull();
      assertThat(blobs.newReader(database, "a").join()).isNull();
      for (int length : new int[] {0, 1, 9, 10, 11, 35, 40, 70, 99, 100, 1_234}) {
        byte[] content = bytes(length, length);
        Blob blob = write(database, blobs, "a", content);
        CRC32C sum = new CRC32C();
        sum.update(content);
        assertThat(blob.length()).isEqualTo(length);
        assertThat(blob.checksum()).isEqualTo((int) sum.getValue());
        assertThat(blobs.get(database, "a").join()).isEqualTo(blob);
        assertThat(readAll(blobs.newReader(database, "a").join())).isEqualTo(content);
        for (int offset : new int[] {0, 1, 9, 10, 33, length, length + 5}) {
          for (int count : new int[] {0, 1, 10, 25, length}) {
            int from = Math.min(offset, length);
            byte[] wanted = Arrays.copyOfRange(content, from, Math.min(length, from + count));
            assertThat(blobs.read(database, "a", offset, count).join()).isEqualTo(wanted);
            assertThat(readAll(blobs.newReader(database, blob, offset, count))).isEqualTo(wanted);
          }
        }
      }
    }
  }

  @Test
  void nothingIsSeenBeforeTheEndAndNothingOfWhatIsDiscarded() {
    try (Database database = Ashlar.inMemory()) {
      Blob old = write(database, blobs, "a", bytes(1, 100));
      BlobWriter writer = blobs.newWriter(database, "a").join();
      for (int i = 0; i < 20; i++) {
        writer.write(bytes(i, 30)).join();
        assertThat(blobs.get(database, "a").join()).isEqualTo(old);
      }
      assertThat(writer.length()).isEqualTo(600);
      writer.close();
      writer.close();
      assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.finish(database)).isInstanceOf(IllegalStateException.class);
      assertThat(readAll(blobs.newReader(database, "a").join())).isEqualTo(bytes(1, 100));
    }
  }

  @Test
  void becomesVisibleTogetherWithTheOtherWritesOfATransaction() {
    byte[] key = "k".getBytes(StandardCharsets.UTF_8);
    try (Database database = Ashlar.inMemory();
        BlobWriter writer = blobs.newWriter(database, "a").join();
        Transaction never = database.createTransaction()) {
      writer.write(bytes(1, 100)).join();
      writer.finish(never).join();
      assertThat(blobs.get(database, "a").join()).isNull();
      Blob blob =
          database.run(
              transaction -> {
                transaction.set(key, key);
                return writer.finish(transaction).join();
              });
      assertThat(blobs.get(database, "a").join()).isEqualTo(blob);
      // As when the answer of a commit was lost, and the function is called again.
      assertThat(writer.finish(database).join()).isEqualTo(blob);
    }
  }

  @Test
  void streamsAreThoseOfTheJdk() throws IOException {
    byte[] content = bytes(7, 2_000);
    try (Database database = Ashlar.inMemory()) {
      try (BlobOutputStream out = blobs.newWriter(database, "a").join().asOutputStream()) {
        out.write(content[0]);
        out.write(content, 1, 4);
        out.write(content, 5, 995);
        for (int i = 1_000; i < 1_100; i++) {
          out.write(content[i]);
        }
        out.write(content, 1_100, 900);
        assertThat(out.finish().length()).isEqualTo(2_000);
      }
      try (InputStream in = blobs.newReader(database, "a").join().asInputStream()) {
        assertThat(in.read()).isEqualTo(content[0] & 0xff);
        assertThat(in.readNBytes(100)).isEqualTo(Arrays.copyOfRange(content, 1, 101));
        assertThat(in.skip(3)).isEqualTo(3);
        assertThat(in.skip(1_000)).isEqualTo(1_000);
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1_104, 2_000));
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.skip(5)).isZero();
      }
      try (BlobOutputStream out = blobs.newWriter(database, "cut off").join().asOutputStream()) {
        out.write(content);
      }
      assertThat(blobs.get(database, "cut off").join()).isNull();
    }
  }

  @Test
  void namesAreListedInOrderAndDeleted() {
    try (Database database = Ashlar.inMemory()) {
      for (String name : List.of("c", "a", "b", "")) {
        write(database, blobs, name, bytes(3, 50));
      }
      assertThat(blobs.list(database, null, 10).join())
          .extracting(Blob::name)
          .containsExactly("", "a", "b", "c");
      assertThat(blobs.list(database, "a", 1).join()).extracting(Blob::name).containsExactly("b");
      assertThat(blobs.delete(database, "b").join()).isTrue();
      assertThat(blobs.delete(database, "b").join()).isFalse();
      assertThat(blobs.list(database, "a", 5).join()).extracting(Blob::name).containsExactly("c");
      assertThatThrownBy(() -> blobs.newWriter(database, "x".repeat(10_000)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void tooLongABlobIsRefusedAndADamagedOneToo() {
    try (Database database = Ashlar.inMemory()) {
      BlobWriter writer = blobs.newWriter(database, "a").join();
      assertFails(() -> writer.write(new byte[10_001]).join(), Reason.TOO_LARGE);
      assertFails(() -> writer.finish(database).join(), Reason.TOO_LARGE);
      writer.close();
      Blob blob = write(database, blobs, "a", bytes(1, 100));
      byte[] third = blobs.keys().chunk(blob.id(), 2);
      byte[] fourth = database.read(reads -> reads.get(blobs.keys().chunk(blob.id(), 3)).join());
      database.run(
          transaction -> {
            transaction.set(third, fourth);
            return null;
          });
      assertThat(blobs.read(database, "a", 0, 20).join()).isEqualTo(bytes(1, 20));
      assertFails(() -> blobs.read(database, "a", 0, 30).join(), Reason.CORRUPT);
      assertFails(() -> readAll(blobs.newReader(database, "a").join()), Reason.CORRUPT);
    }
  }

  /** The call after the one that told it was told that the blob had ended well. */
  @Test
  void blobOfOtherBytesIsNeverReadToItsEnd() {
    try (Database database = Ashlar.inMemory()) {
      Blob blob = write(database, blobs, "a", bytes(1, 100));
      Blob other =
          new Blob(
              "a",
              blob.id(),
              blob.length(),
              blob.chunkBytes(),
              blob.checksum() + 1,
              blob.storedAtMillis());
      database.run(
          transaction -> {
            transaction.set(blobs.keys().head("a"), BlobKeys.encode(other));
            return null;
          });
      BlobReader reader = blobs.newReader(database, "a").join();
      assertFails(() -> readAll(reader), Reason.CORRUPT);
      assertFails(() -> reader.next().join(), Reason.CORRUPT);
      assertFails(() -> reader.next().join(), Reason.CORRUPT);
    }
  }

  /** Nothing could be written, or read, of what one transaction does not hold. */
  @Test
  void aBatchHasNoMoreChunksThanATransactionHolds() {
    assertThatThrownBy(() -> new BlobOptions(10, 4_000_000, 1, LEASE, RETENTION, 10_000_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10,000 chunks");
    Blobs ofOthers =
        new Blobs(PLACE, new BlobOptions(1_000, 1_000_000, 1, LEASE, RETENTION, 10_000_000));
    Blobs tiny = new Blobs(PLACE, new BlobOptions(1, 10_000, 1, LEASE, RETENTION, 10_000_000));
    try (Database database = Ashlar.inMemory()) {
      Blob blob = write(database, tiny, "a", bytes(1, 25_000));
      assertThatThrownBy(() -> ofOthers.read(database, blob, 0, 25_000).join())
          .hasMessageContaining("too many");
      assertThat(ofOthers.read(database, blob, 1, 10_000).join()).hasSize(10_000);
      assertThat(readAll(ofOthers.newReader(database, blob, 0, 25_000)))
          .isEqualTo(bytes(1, 25_000));
    }
  }

  @Test
  void oneCallAtATimeAndNoMoreInMemoryThanThereIsRoomFor() {
    try (Database database = Ashlar.inMemory();
        BlobWriter writer = blobs.newWriter(database, "a").join()) {
      // Far more than fits into the batches that may be under way.
      CompletableFuture<Void> long1 = writer.write(bytes(1, 9_000));
      if (!long1.isDone()) {
        assertThatThrownBy(() -> writer.write(new byte[1]))
            .isInstanceOf(IllegalStateException.class);
      }
      long1.join();
      writer.finish(database).join();
      assertThat(readAll(blobs.newReader(database, "a").join())).isEqualTo(bytes(1, 9_000));
    }
  }

  // Time, which the simulator has.

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void whoReadsTheOldValueGetsAllOfItOrHearsThatItIsGone(Simulated client, Database database) {
    Blob old = write(database, blobs, "a", bytes(1, 300));
    BlobReader slow = blobs.newReader(database, old, 0, 300);
    BlobReader slower = blobs.newReader(database, old, 0, 300);
    assertThat(slower.next().join()).hasSize(30);
    Blob next = write(database, blobs, "a", bytes(2, 100));
    blobs.newSweeper(database).sweepAll().join();
    assertThat(readAll(slow)).isEqualTo(bytes(1, 300));
    client.sleep(RETENTION.plusSeconds(3));
    blobs.newSweeper(database).sweepAll().join();
    assertFails(() -> readAll(slower), Reason.GONE);
    assertFails(() -> blobs.read(database, old, 0, 5).join(), Reason.GONE);
    assertThat(readAll(blobs.newReader(database, next, 0, 100))).isEqualTo(bytes(2, 100));
    assertThat(rows(database)).hasSize(1 + 10);
  }

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void slowWriterKeepsItsChunksAndADeadOneDoesNot(Simulated client, Database database) {
    Blobs large = new Blobs(PLACE, new BlobOptions(1, 50, 2, LEASE, RETENTION, 10_000));
    try (BlobSweeper sweeper = large.newSweeper(database);
        BlobWriter writer = large.newWriter(database, "slow").join()) {
      CompletableFuture<Void> swept = sweeper.start();
      writer.write(bytes(1, 500)).join();
      client.sleep(LEASE.multipliedBy(10));
      writer.write(bytes(2, 10)).join();
      writer.finish(database).join();
      assertThat(swept).isNotDone();
    }
    assertThat(readAll(large.newReader(database, "slow").join())).startsWith(bytes(1, 500));
    assertThat(rows(database)).hasSize(1 + 510);

    // The next one's process dies, and nobody renews.
    SimulatedProgram<Boolean> program =
        client.spawn(
            "dies",
            one -> {
              if (one.starts() == 1) {
                BlobWriter dead = large.newWriter(one.database(), "dead").join();
                dead.write(bytes(1, 700)).join();
                one.sleep(Duration.ofHours(1));
              }
              return true;
            });
    client.sleep(LEASE.multipliedBy(4));
    large.newSweeper(database).sweepAll().join();
    assertThat(rows(database)).hasSizeGreaterThan(1 + 510 + 600);
    program.kill();
    assertThat(program.join()).isTrue();
    client.sleep(LEASE.multipliedBy(3));
    int rounds = 0;
    BlobSweeper again = large.newSweeper(database);
    while (again.sweepOnce().join().goesOn()) {
      rounds++;
    }
    assertThat(rounds).isGreaterThanOrEqualTo(600 / BlobSweeper.CHUNKS_MAX);
    assertThat(rows(database)).hasSize(1 + 510);
    assertThat(large.get(database, "dead").join()).isNull();
  }

  @SimulatedCluster(seeds = 2, faults = "none", busySeconds = 1)
  void writerWhoseChunksWereSweptHearsOfIt(Simulated client, Database database) {
    BlobWriter writer = blobs.newWriter(database, "a").join();
    writer.write(bytes(1, 100)).join();
    // As a sweeper would that ran after a writer that was cut off for long.
    database.run(
        transaction -> {
          for (KeyValue row : transaction.getRange(PLACE.range()).asList().join()) {
            transaction.clear(row.getKey());
          }
          return null;
        });
    assertFails(() -> writer.finish(database).join(), Reason.UPLOAD_LOST);
    assertFails(
        () -> {
          BlobWriter next = blobs.newWriter(database, "a").join();
          next.write(bytes(1, 100)).join();
          database.run(
              transaction -> {
                transaction.clear(PLACE.range());
                return null;
              });
          while (true) {
            next.write(bytes(1, 100)).join();
          }
        },
        Reason.UPLOAD_LOST);
    assertThat(blobs.get(database, "a").join()).isNull();
  }
}
