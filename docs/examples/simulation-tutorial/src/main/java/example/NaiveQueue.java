package example;

import io.ashlar.client.Database;

/** Whoever takes a job is trusted to do it. */
public final class NaiveQueue extends JobQueue {
  public NaiveQueue(Database db) {
    super(db);
  }

  // snippet: naive-queue
  @Override
  public String take(String worker) {
    return db.run(
        tx -> {
          tx.options().setIdempotent();
          return removeFirst(tx);
        });
  }

  @Override
  public void finish(String worker, String job) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          markDone(tx, job);
          return null;
        });
  }
  // end
}
