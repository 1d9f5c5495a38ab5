package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ashlar.client.Database;
import io.ashlar.tuple.Tuple;
import java.util.Arrays;

/** Keeps a job under the name of the worker that took it, until it is done. */
public final class SafeQueue extends JobQueue {
  public SafeQueue(Database db) {
    super(db);
  }

  // snippet: safe-queue
  @Override
  public String take(String worker) {
    return db.run(
        tx -> {
          tx.options().setIdempotent();
          byte[] taken = tx.getBlocking(takenKey(worker));
          if (taken != null) {
            return new String(taken, UTF_8); // it was ours before we died, or never heard of it
          }
          String job = removeFirst(tx);
          if (job != null) {
            tx.set(takenKey(worker), job.getBytes(UTF_8));
          }
          return job;
        });
  }

  @Override
  public void finish(String worker, String job) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          if (Arrays.equals(tx.getBlocking(takenKey(worker)), job.getBytes(UTF_8))) {
            tx.clear(takenKey(worker));
            markDone(tx, job);
          }
          return null;
        });
  }
  // end

  private static byte[] takenKey(String worker) {
    return Tuple.from("taken", worker).pack();
  }
}
