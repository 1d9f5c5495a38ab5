package io.ashlar.simulation.workload;

import io.ashlar.blob.Blob;
import io.ashlar.blob.BlobException;
import io.ashlar.blob.BlobOptions;
import io.ashlar.blob.BlobReader;
import io.ashlar.blob.BlobWriter;
import io.ashlar.blob.Blobs;
import io.ashlar.client.Transaction;
import io.ashlar.core.ErrorCode;
import io.ashlar.layer.Causes;
import io.ashlar.simulation.check.LinearizabilityChecker;
import io.ashlar.simulation.check.RegisterOperation;
import io.ashlar.simulation.check.Violations;
import io.ashlar.tuple.Subspace;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Blobs of the layers. They are written, slowly at times, replaced, deleted, given up in the
 * middle, swept and read. Whoever reads one gets all of it, as it was written, or hears that it is
 * gone; which one a name has is linearizable; and in the end nothing is left of what nobody needs.
 */
public final class BlobsWorkload implements Workload {
  private static final int WRITE_PER_MILLION = 350_000;
  private static final int READ_PER_MILLION = 350_000;
  private static final int PART_PER_MILLION = 150_000;
  private static final int DELETE_PER_MILLION = 50_000;

  private static final int NAMES = 2;
  private static final int LENGTH_MAX = 1_200;
  private static final int WRITES_MAX = 4;
  private static final long THINK_MAX_NANOS = 1_500_000_000;
  private static final long REST_NANOS = 20_000_000_000L;
  private static final Duration LEASE = Duration.ofSeconds(1);

  /** How often a slow writer is tried in the end, and may have lost its upload then. */
  private static final int SLOW_TRIES_MAX = 6;

  private static final int SLOW_LOST_MAX = 3;
  private static final int SLOW_PAUSES = 3;

  /** The one name that is deleted; in the history of the others there is no such thing. */
  private static final int DELETED = NAMES;

  private final Blobs blobs;
  private final KeySpace keys;
  private final List<Use> uses = new ArrayList<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();
  private long lastValue;

  BlobsWorkload(KeySpace keys, int chunkBytes, Duration retention) {
    this.keys = keys;
    this.blobs =
        new Blobs(
            new Subspace(keys.begin().toArray()),
            new BlobOptions(
                chunkBytes, 3 * chunkBytes, 2, LEASE, retention, SLOW_PAUSES * LENGTH_MAX));
  }

  @Override
  public String name() {
    return "blobs";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    int choice = client.random().nextInt(1_000_000);
    if (choice < WRITE_PER_MILLION) {
      return write(client);
    }
    choice -= WRITE_PER_MILLION;
    if (choice < READ_PER_MILLION) {
      return read(client);
    }
    choice -= READ_PER_MILLION;
    if (choice < PART_PER_MILLION) {
      return readPart(client);
    }
    choice -= PART_PER_MILLION;
    return choice < DELETE_PER_MILLION
        ? run(client, transaction -> blobs.delete(transaction, name(DELETED)))
        : quietly(client, blobs.newSweeper(client.database()).sweepOnce());
  }

  private static String name(int number) {
    return "name" + number;
  }

  private interface Deal {
    CompletableFuture<?> with(Transaction transaction);
  }

  private CompletableFuture<Void> run(SimClient client, Deal deal) {
    return Attempt.run(client, deal::with)
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  /** Something that takes several transactions, and may fail for what any of them may. */
  private CompletableFuture<Void> quietly(SimClient client, CompletableFuture<?> done) {
    return done.handle(
            (result, thrown) -> {
              if (thrown == null) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              note(thrown);
              return client.pause(client.random().nextInt(50_000_000));
            })
        .thenCompose(next -> next);
  }

  private void note(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (!(cause instanceof BlobException refused)) {
      counts.count("calls that failed: " + Attempt.code(thrown).label(), 1);
    } else if (refused.reason() == BlobException.Reason.CORRUPT
        || refused.reason() == BlobException.Reason.TOO_LARGE) {
      violations.add(refused.reason() + ": " + refused.getMessage());
    } else {
      counts.count("calls that failed: " + refused.reason(), 1);
    }
  }

  // Content.

  private static byte at(long value, long place) {
    long mixed = (value * 1_000_003 + place) * 0x9e37_79b9_7f4a_7c15L;
    return (byte) (place < Long.BYTES ? value >>> 8 * place : mixed >>> 56);
  }

  private static int lengthOf(long value) {
    return Long.BYTES + (int) (value * 7_919 % (LENGTH_MAX - Long.BYTES));
  }

  private static byte[] content(long value) {
    byte[] bytes = new byte[lengthOf(value)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = at(value, i);
    }
    return bytes;
  }

  /** The value of a blob that is whole, and nothing else than that. */
  private long decode(Blob blob, byte[] bytes) {
    long value = 0;
    for (int i = Math.min(bytes.length, Long.BYTES) - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    boolean isKnown = value >= 1 && value <= lastValue;
    if (!isKnown || !Arrays.equals(bytes, content(value))) {
      violations.add(blob + " is not whole: " + bytes.length + " bytes that begin with " + value);
    }
    return value;
  }

  // Writing.

  /** That a name got a value, or was read; a client that dies in it leaves it as it is. */
  private final class Use {
    final int name;
    final long begunAt;
    long endedAt = RegisterOperation.ENDLESS;
    boolean isCertain;
    boolean isRead;
    long value;

    Use(SimClient client, int name, long value) {
      this.name = name;
      this.value = value;
      this.begunAt = client.moment();
    }

    void read(long found, long at) {
      isRead = true;
      value = found;
      certain(at);
    }

    void certain(long at) {
      isCertain = true;
      endedAt = at;
      if (name != DELETED && isRead) {
        uses.add(this);
      }
    }

    void addTo(List<RegisterOperation> history) {
      history.add(
          isRead
              ? RegisterOperation.read(history.size(), name, value, begunAt, endedAt)
              : RegisterOperation.write(history.size(), name, value, begunAt, endedAt, isCertain));
    }
  }

  private CompletableFuture<Void> write(SimClient client) {
    int name = client.random().nextInt(NAMES + 1);
    long value = ++lastValue;
    byte[] content = content(value);
    boolean givesUp = client.random().nextInt(8) == 0;
    int writes = client.random().nextInt(1, WRITES_MAX + 1);
    return quietly(
        client,
        blobs
            .newWriter(client.database(), name(name))
            .thenCompose(
                writer ->
                    writeRest(client, writer, content, 0, writes)
                        .thenCompose(
                            written ->
                                givesUp
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : finish(client, writer, name, value))
                        .whenComplete((done, thrown) -> writer.close())));
  }

  private CompletableFuture<Void> writeRest(
      SimClient client, BlobWriter writer, byte[] content, int from, int writes) {
    int count = writes == 1 ? content.length - from : (content.length - from) / writes;
    boolean thinks = client.random().nextInt(4) == 0;
    return writer
        .write(content, from, count)
        .thenCompose(
            written ->
                thinks
                    ? client.pause(client.random().nextLong(THINK_MAX_NANOS))
                    : CompletableFuture.<Void>completedFuture(null))
        .thenCompose(
            thought ->
                writes == 1
                    ? CompletableFuture.<Void>completedFuture(null)
                    : writeRest(client, writer, content, from + count, writes - 1));
  }

  private CompletableFuture<Void> finish(
      SimClient client, BlobWriter writer, int name, long value) {
    Use use = new Use(client, name, value);
    if (name != DELETED) {
      uses.add(use);
    }
    return writer
        .finish(client.database())
        .handle(
            (blob, thrown) -> {
              if (thrown == null) {
                counts.count("blobs written", 1);
                use.certain(client.moment());
                return CompletableFuture.<Void>completedFuture(null);
              }
              if (certainlyNotDone(thrown)) {
                uses.remove(use);
              }
              return CompletableFuture.<Void>failedFuture(thrown);
            })
        .thenCompose(next -> next);
  }

  private static boolean certainlyNotDone(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof BlobException) {
      return true;
    }
    ErrorCode code = Attempt.code(thrown);
    return !code.isMaybeCommitted() && code != ErrorCode.MAY_STILL_COMMIT;
  }

  // Reading.

  private CompletableFuture<Void> read(SimClient client) {
    int name = client.random().nextInt(NAMES + 1);
    boolean thinks = client.random().nextInt(3) == 0;
    Use use = new Use(client, name, 0);
    return quietly(
        client,
        blobs
            .get(client.database(), name(name))
            .thenCompose(
                blob -> {
                  long heardAt = client.moment();
                  if (blob == null) {
                    use.read(RegisterOperation.ABSENT, heardAt);
                    return CompletableFuture.<Void>completedFuture(null);
                  }
                  BlobReader reader = blobs.newReader(client.database(), blob, 0, blob.length());
                  return readRest(client, reader, new ByteArrayOutputStream(), thinks)
                      .thenAccept(
                          bytes -> {
                            counts.count("blobs read", 1);
                            use.read(decode(blob, bytes), heardAt);
                          });
                }));
  }

  private CompletableFuture<byte[]> readRest(
      SimClient client, BlobReader reader, ByteArrayOutputStream all, boolean thinks) {
    return reader
        .next()
        .thenCompose(
            piece -> {
              if (piece == null) {
                return CompletableFuture.completedFuture(all.toByteArray());
              }
              all.writeBytes(piece);
              return (thinks
                      ? client.pause(client.random().nextLong(THINK_MAX_NANOS))
                      : CompletableFuture.<Void>completedFuture(null))
                  .thenCompose(thought -> readRest(client, reader, all, thinks));
            });
  }

  private CompletableFuture<Void> readPart(SimClient client) {
    String name = name(client.random().nextInt(NAMES + 1));
    int offset = client.random().nextInt(LENGTH_MAX);
    int length = client.random().nextInt(LENGTH_MAX);
    return run(
        client,
        transaction ->
            noteRefusal(
                blobs
                    .read(transaction, name, 0, Long.BYTES)
                    .thenCombine(
                        blobs.read(transaction, name, offset, length),
                        (head, part) -> {
                          if (head != null) {
                            expectPart(name, head, part, offset, length);
                          }
                          return null;
                        })));
  }

  private CompletableFuture<Void> noteRefusal(CompletableFuture<Void> done) {
    return done.handle(
        (result, thrown) -> {
          Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
          if (cause instanceof BlobException refused) {
            violations.add("in one transaction: " + refused.reason() + " " + refused.getMessage());
          } else if (thrown != null) {
            throw new CompletionException(cause);
          }
          return null;
        });
  }

  private void expectPart(String name, byte[] head, byte[] part, int offset, int length) {
    long value = 0;
    for (int i = head.length - 1; i >= 0; i--) {
      value = value << 8 | head[i] & 0xff;
    }
    int expected = Math.max(0, Math.min(length, lengthOf(value) - offset));
    boolean isRight = part.length == expected;
    for (int i = 0; isRight && i < part.length; i++) {
      isRight = part[i] == at(value, offset + i);
    }
    if (!isRight) {
      violations.add(
          name + " has value " + value + ", and other bytes from " + offset + ", " + length);
    }
  }

  // The end.

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .pause(REST_NANOS)
        .thenCompose(rested -> sweepPatiently(client))
        .thenCompose(swept -> readLast(client, 0))
        .thenCompose(looked -> client.patiently(this::checkRest))
        .thenCompose(counted -> writeSlowly(client, 0, 0))
        .thenApply(
            done -> {
              List<RegisterOperation> history = new ArrayList<>();
              uses.forEach(use -> use.addTo(history));
              violations.addAll(new LinearizabilityChecker().check(history));
              return violations;
            });
  }

  /**
   * A slow writer that lives renews its upload, and loses nothing while others sweep. It does lose
   * it when the run has drawn so short a timeout that it cannot renew for a while, or when the
   * store's time leaps; but not time after time.
   */
  private CompletableFuture<Void> writeSlowly(SimClient client, int tries, int lost) {
    if (tries == SLOW_TRIES_MAX) {
      if (lost >= SLOW_LOST_MAX) {
        violations.add("a writer that is alive has lost its upload " + lost + " times");
      }
      return CompletableFuture.completedFuture(null);
    }
    return blobs
        .newWriter(client.database(), name(DELETED))
        .thenCompose(
            writer ->
                writeAndSweep(client, writer, SLOW_PAUSES)
                    .thenCompose(written -> writer.finish(client.database()))
                    .whenComplete((done, thrown) -> writer.close()))
        .handle(
            (blob, thrown) -> {
              if (thrown == null) {
                counts.count("blobs written slowly in the end", 1);
                return CompletableFuture.<Void>completedFuture(null);
              }
              note(thrown);
              int more = isLost(thrown) ? 1 : 0;
              return client
                  .pause(THINK_MAX_NANOS)
                  .thenCompose(thought -> writeSlowly(client, tries + 1, lost + more));
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Void> writeAndSweep(SimClient client, BlobWriter writer, int pauses) {
    if (pauses == 0) {
      return CompletableFuture.completedFuture(null);
    }
    return writer
        .write(content(1))
        .thenCompose(written -> client.pause(LEASE.toNanos()))
        .thenCompose(rested -> quietly(client, blobs.newSweeper(client.database()).sweepAll()))
        .thenCompose(swept -> writeAndSweep(client, writer, pauses - 1));
  }

  private static boolean isLost(Throwable thrown) {
    return Causes.of(thrown) instanceof BlobException refused
        && refused.reason() == BlobException.Reason.UPLOAD_LOST;
  }

  /** A run may have drawn so short a timeout that a round fails now and then. */
  private CompletableFuture<Void> sweepPatiently(SimClient client) {
    return blobs
        .newSweeper(client.database())
        .sweepAll()
        .handle(
            (swept, thrown) -> {
              if (thrown == null) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              note(thrown);
              return client.pause(THINK_MAX_NANOS).thenCompose(thought -> sweepPatiently(client));
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Void> readLast(SimClient client, int name) {
    if (name > NAMES) {
      return CompletableFuture.completedFuture(null);
    }
    Use use = new Use(client, name, 0);
    return client
        .patiently(
            transaction ->
                blobs
                    .get(transaction, name(name))
                    .thenCompose(
                        blob ->
                            blob == null
                                ? CompletableFuture.completedFuture(RegisterOperation.ABSENT)
                                : blobs
                                    .read(transaction, blob, 0, LENGTH_MAX)
                                    .thenApply(bytes -> decode(blob, bytes))))
        .thenCompose(
            value -> {
              use.read(value, client.moment());
              return readLast(client, name + 1);
            });
  }

  /** There are the heads and the chunks of what is there, and nothing besides. */
  private CompletableFuture<Void> checkRest(Transaction transaction) {
    return blobs
        .list(transaction, null, NAMES + 2)
        .thenCombine(
            transaction.getRange(keys.all()).asList(),
            (all, rows) -> {
              long wanted = 0;
              for (Blob blob : all) {
                wanted += 1 + (blob.length() + blob.chunkBytes() - 1) / blob.chunkBytes();
              }
              if (rows.size() != wanted) {
                violations.add("there are " + rows.size() + " rows and not " + wanted);
              }
              return null;
            });
  }
}
