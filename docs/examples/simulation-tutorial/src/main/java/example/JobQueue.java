package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.util.Arrays;

/** Jobs that wait in the order in which they came, for workers that do them. */
public abstract class JobQueue {
  private static final Subspace WAITING = new Subspace(Tuple.from("waiting"));
  private static final byte[] ADDED = "added".getBytes(UTF_8);
  private static final byte[] DONE = "done".getBytes(UTF_8);

  protected final Database db;

  protected JobQueue(Database db) {
    this.db = db;
  }

  /** The job that has waited longest, for this worker to do, or null when none waits. */
  public abstract String take(String worker);

  /** The worker has done the job that it took. */
  public abstract void finish(String worker, String job);

  /** Adds a job, once. */
  public void add(String job) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          if (tx.getBlocking(jobKey(job)) == null) {
            tx.set(jobKey(job), ADDED);
            // The place of this commit among all commits makes the key, and so the order.
            tx.mutate(
                MutationType.SET_VERSIONSTAMPED_KEY,
                WAITING.packWithVersionstamp(Tuple.from(Versionstamp.incomplete())),
                job.getBytes(UTF_8));
          }
          return null;
        });
  }

  public boolean isDone(String job) {
    return db.read(tx -> Arrays.equals(tx.getBlocking(jobKey(job)), DONE));
  }

  /** Takes the first job out of those that wait. */
  protected static String removeFirst(Transaction tx) {
    for (KeyValue first : tx.getRange(WAITING.range(), 1)) {
      tx.clear(first.getKey());
      return new String(first.getValue(), UTF_8);
    }
    return null;
  }

  protected static void markDone(Transaction tx, String job) {
    tx.set(jobKey(job), DONE);
  }

  private static byte[] jobKey(String job) {
    return Tuple.from("job", job).pack();
  }
}
