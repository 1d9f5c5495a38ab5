package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueItem;
import io.ashlar.queue.QueueOptions;
import io.ashlar.tuple.Subspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** A queue of jobs with consumers that compete for them, one of which leaves with a job in hand. */
final class Jobs {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Consumers draw one of so many, so that they seldom want the same. */
  private static final int SPREAD = 16;

  private static final byte[] ONE = CityStore.littleEndian(1);

  private final Database database;
  private final Queue queue;
  private final Subspace done;

  /**
   * What became of the jobs.
   *
   * @param jobs that have been done
   * @param twice how many of them more than once
   */
  record Outcome(long jobs, long twice, double seconds) {}

  Jobs(Database database) {
    this.database = database;
    DirectoryLayer directories = new DirectoryLayer();
    queue =
        new Queue(
            directories.createOrOpen(database, List.of("demo", "jobs")).join().subspace(),
            new QueueOptions(QueueOptions.defaults().attemptsMax(), SPREAD));
    done = directories.createOrOpen(database, List.of("demo", "done")).join().subspace();
  }

  /** Puts jobs in, in one transaction. */
  void push(int jobs) {
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      payloads.add(CityStore.utf8("job " + i));
    }
    queue.pushAll(database, payloads).join();
  }

  /** Takes a job and does nothing with it, as a consumer does that dies. */
  void takeAndDie() {
    queue.claim(database, LEASE).join();
  }

  /** Lets consumers work until all jobs are done; {@code onDone} hears of each. */
  Outcome consume(int jobs, int consumers, LongConsumer onDone)
      throws InterruptedException, ExecutionException {
    AtomicInteger left = new AtomicInteger(jobs);
    ExecutorService pool = Executors.newFixedThreadPool(consumers);
    long begun = System.nanoTime();
    try {
      List<Future<?>> working = new ArrayList<>();
      for (int i = 0; i < consumers; i++) {
        working.add(
            pool.submit(
                () -> {
                  while (left.get() > 0) {
                    if (workOnce()) {
                      onDone.accept(jobs - left.decrementAndGet());
                    }
                  }
                }));
      }
      for (Future<?> one : working) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    return counted((System.nanoTime() - begun) / 1e9);
  }

  /** What a job does and that it is done are one transaction. */
  private boolean workOnce() {
    QueueItem item = queue.take(database, LEASE, PATIENCE).join();
    return item != null
        && database.run(
            transaction -> {
              boolean isOurs = queue.finish(transaction, item).join();
              if (isOurs) {
                transaction.mutate(MutationType.ADD, done.pack(item.payload()), ONE);
              }
              return isOurs;
            });
  }

  private Outcome counted(double seconds) {
    List<KeyValue> counts = database.read(reads -> reads.getRange(done.range()).asList().join());
    long twice = counts.stream().filter(one -> CityStore.number(one.getValue()) != 1).count();
    return new Outcome(counts.size(), twice, seconds);
  }
}
