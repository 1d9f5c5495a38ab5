package io.ashlar.embedded.kill;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Threads that commit without a pause, and say so: each transaction adds one to a counter of its
 * own and to its committer's, and writes its name under a versionstamp. Every fourth also reads and
 * writes a key that all share, so that some fail.
 */
final class Committers {
  private static final byte[] ONE = number(1);
  private static final byte[] SHARED = utf8("shared");
  private static final String COUNTS = "count/";
  private static final String LOG = "log/";
  private static final String TOTALS = "total/";
  private static final int SHARED_EVERY = 4;

  private final Database database;
  private final int life;
  private final Consumer<String> say;
  private final CountDownLatch enough;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param say hears the lines of the ledger, from any thread, one at a time for each committer
   * @param acknowledgements after so many {@link #awaitEnough} returns
   */
  Committers(Database database, int life, Consumer<String> say, int acknowledgements) {
    this.database = database;
    this.life = life;
    this.say = say;
    enough = new CountDownLatch(acknowledgements);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Says what is in the store, all at one version. */
  static void report(Database database, Consumer<String> say) {
    List<KeyValue> rows =
        database.read(transaction -> transaction.getRangeBlocking(utf8("a"), utf8("z")));
    for (KeyValue row : rows) {
      String key = new String(row.getKey(), StandardCharsets.ISO_8859_1);
      if (key.startsWith(COUNTS)) {
        say.accept("count " + key.substring(COUNTS.length()) + " " + number(row.getValue()));
      } else if (key.startsWith(LOG)) {
        say.accept("log " + new String(row.getValue(), StandardCharsets.UTF_8));
      } else if (key.startsWith(TOTALS)) {
        say.accept("total " + key.substring(TOTALS.length()) + " " + number(row.getValue()));
      }
    }
  }

  void start(int count) {
    for (int i = 0; i < count; i++) {
      int committer = i;
      Thread thread = new Thread(() -> commitAll(committer), "committer-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  void awaitEnough() throws InterruptedException {
    enough.await();
  }

  /** Waits for the committers, which end when the database does. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void commitAll(int committer) {
    boolean goesOn = true;
    for (int number = 0; goesOn; number++) {
      goesOn = commit(new CommitId(life, committer, number));
    }
  }

  /** Whether the database is still there. */
  private boolean commit(CommitId id) {
    boolean begun = false;
    try (Transaction transaction = database.createTransaction()) {
      if (id.number() % SHARED_EVERY == SHARED_EVERY - 1) {
        transaction.getBlocking(SHARED);
        transaction.set(SHARED, utf8(id.toString()));
      }
      transaction.mutate(MutationType.ADD, utf8(COUNTS + id), ONE);
      transaction.mutate(MutationType.ADD, utf8(TOTALS + id.life() + "/" + id.committer()), ONE);
      transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stampedKey(), utf8(id.toString()));
      begun = true;
      say.accept("begin " + id);
      transaction.commitBlocking();
      say.accept("ack " + id);
      enough.countDown();
      return true;
    } catch (CompletionException | AshlarException e) {
      return failed(id, begun, e);
    }
  }

  private boolean failed(CommitId id, boolean begun, RuntimeException failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof AshlarException known)) {
      throw failure;
    }
    ErrorCode code = known.code();
    boolean unknown = code == ErrorCode.COMMIT_UNKNOWN_RESULT || code == ErrorCode.MAY_STILL_COMMIT;
    if (begun) {
      say.accept((unknown ? "unknown " : "fail ") + id + " " + code.label());
    }
    return code != ErrorCode.DATABASE_CLOSED && code != ErrorCode.MAY_STILL_COMMIT;
  }

  private static byte[] stampedKey() {
    byte[] prefix = utf8(LOG);
    return ByteBuffer.allocate(prefix.length + 10 + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(prefix)
        .put(new byte[10])
        .putInt(prefix.length)
        .array();
  }
}
