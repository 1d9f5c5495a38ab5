package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueItem;
import io.ashlar.queue.QueueOptions;
import io.ashlar.simulation.check.QueueChecker;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.StampedLog.Deed;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A queue of the layers. Items are pushed, handed out, kept for longer, given back and finished, by
 * clients that may be too late with that or die before it. All is noted in the same transaction; so
 * a {@link QueueChecker} follows every item. In the end each that was pushed has been done once or
 * is a dead letter.
 */
public final class QueueWorkload implements Workload {
  private static final int PUSH_PER_MILLION = 200_000;
  private static final int CLAIM_PER_MILLION = 350_000;
  private static final int FINISH_PER_MILLION = 300_000;
  private static final int EXTEND_PER_MILLION = 80_000;
  private static final int PUSHED_MAX = 3;
  private static final Duration DRAINING = Duration.ofSeconds(1);
  private static final int CLAIMED_MAX = 3;
  private static final int TIME_MAX_MILLIS = 2_000;
  private static final long REST_NANOS = 5_000_000_000L;
  private static final int LAST_LETTERS_MAX = 100_000;

  /** How many items are remembered that were handed out, or once were. */
  private static final int KNOWN_MAX = 6;

  private final QueueOptions options;
  private final Queue queue;
  private final StampedLog log;
  private final List<QueueItem> known = new ArrayList<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();
  private long lastItem;

  QueueWorkload(KeySpace keys, QueueOptions options) {
    Subspace place = new Subspace(keys.begin().toArray());
    this.options = options;
    this.queue = new Queue(place.get("queue"), options);
    this.log = new StampedLog(place.get("log"));
  }

  @Override
  public String name() {
    return "queue";
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
    if (choice < PUSH_PER_MILLION) {
      return push(client);
    }
    choice -= PUSH_PER_MILLION;
    if (known.isEmpty() || choice < CLAIM_PER_MILLION) {
      return claim(client);
    }
    choice -= CLAIM_PER_MILLION;
    QueueItem item = known.remove(client.random().nextInt(known.size()));
    if (choice < FINISH_PER_MILLION) {
      return run(client, transaction -> finish(transaction, item));
    }
    choice -= FINISH_PER_MILLION;
    if (choice < EXTEND_PER_MILLION) {
      Duration time = Duration.ofMillis(client.random().nextInt(1, TIME_MAX_MILLIS));
      // Either object must do afterwards, whether it was extended or not.
      known.add(item);
      return run(client, transaction -> extend(transaction, item, time));
    }
    return run(client, transaction -> giveBack(transaction, item));
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

  private CompletableFuture<Void> push(SimClient client) {
    List<byte[]> payloads = new ArrayList<>();
    Tuple what = Tuple.from(QueueChecker.PUSHED);
    for (int i = client.random().nextInt(1, PUSHED_MAX + 1); i > 0; i--) {
      long id = ++lastItem;
      payloads.add(Encoding.bigEndian(id));
      what = what.add(id);
    }
    Tuple pushed = what;
    return run(
        client,
        transaction -> {
          log.note(transaction, pushed);
          return queue.pushAll(transaction, payloads);
        });
  }

  private static long id(QueueItem item) {
    return Encoding.bigEndian(item.payload());
  }

  private CompletableFuture<Void> claim(SimClient client) {
    Duration time = Duration.ofMillis(client.random().nextInt(1, TIME_MAX_MILLIS));
    int most = client.random().nextInt(1, CLAIMED_MAX + 1);
    List<QueueItem> got = new ArrayList<>();
    return Attempt.run(
            client,
            transaction ->
                queue
                    .claimAll(transaction, most, time)
                    .thenCompose(
                        items -> {
                          got.addAll(items);
                          return noteClaims(transaction, items, time, QueueChecker.CLAIMED);
                        }))
        .thenCompose(
            attempt -> {
              if (attempt.isCommitted()) {
                known.addAll(got);
                while (known.size() > KNOWN_MAX) {
                  known.remove(0);
                }
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<Void> noteClaims(
      Transaction transaction, List<QueueItem> items, Duration time, long kind) {
    return transaction
        .getStoreTime()
        .thenCombine(
            transaction.getReadVersion(),
            (now, version) -> {
              Tuple what = Tuple.from(kind, now, version);
              for (QueueItem item : items) {
                checkExpiry(item, now, time);
                what = what.add(id(item)).add(item.attempt()).add(item.expiresAtMillis());
              }
              if (!items.isEmpty()) {
                log.note(transaction, what);
              }
              return null;
            });
  }

  private CompletableFuture<Void> finish(Transaction transaction, QueueItem item) {
    return queue
        .finish(transaction, item)
        .thenAccept(
            isOurs -> {
              long kind = isOurs ? QueueChecker.FINISHED : QueueChecker.REFUSED;
              log.note(transaction, Tuple.from(kind, id(item), item.attempt()));
            });
  }

  private CompletableFuture<Void> extend(Transaction transaction, QueueItem item, Duration time) {
    return queue
        .extend(transaction, item, time)
        .thenCombine(
            transaction.getStoreTime(),
            (longer, now) -> {
              Tuple what = Tuple.from(QueueChecker.REFUSED, id(item), item.attempt());
              if (longer != null) {
                checkExpiry(longer, now, time);
                what =
                    Tuple.from(
                        QueueChecker.EXTENDED, id(item), item.attempt(), longer.expiresAtMillis());
              }
              log.note(transaction, what);
              return null;
            });
  }

  private void checkExpiry(QueueItem item, long now, Duration time) {
    if (item.expiresAtMillis() != now + time.toMillis()) {
      violations.add(item + " was to be his for " + time + " from " + now + " on");
    }
  }

  private CompletableFuture<Void> giveBack(Transaction transaction, QueueItem item) {
    return queue
        .giveBack(transaction, item)
        .thenAccept(
            isOurs -> {
              long kind = isOurs ? QueueChecker.GIVEN_BACK : QueueChecker.REFUSED;
              log.note(transaction, Tuple.from(kind, id(item), item.attempt()));
            });
  }

  // The end.

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .pause(REST_NANOS)
        .thenCompose(rested -> drain(client))
        .thenCompose(drained -> client.patiently(this::decide));
  }

  /** Finishes all that is there, in the transactions that hand it out. */
  private CompletableFuture<Void> drain(SimClient client) {
    return client
        .patiently(
            transaction -> {
              List<QueueItem> all = new ArrayList<>();
              return queue
                  .claimAll(transaction, 50, DRAINING)
                  .thenCompose(
                      items -> {
                        all.addAll(items);
                        return noteClaims(transaction, items, DRAINING, QueueChecker.DONE_AT_ONCE);
                      })
                  .thenCompose(noted -> finishAll(transaction, all))
                  .thenApply(done -> all.isEmpty());
            })
        .thenCompose(
            isEmpty -> isEmpty ? CompletableFuture.<Void>completedFuture(null) : drain(client));
  }

  private CompletableFuture<Void> finishAll(Transaction transaction, List<QueueItem> items) {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (QueueItem item : items) {
      all =
          all.thenCompose(before -> queue.finish(transaction, item))
              .thenAccept(
                  isOurs -> {
                    if (!isOurs) {
                      violations.add("at the end " + item + " is not his who has just got it");
                    }
                  });
    }
    return all;
  }

  private CompletableFuture<Violations> decide(Transaction transaction) {
    CompletableFuture<Boolean> empty = queue.isEmpty(transaction);
    return queue
        .deadLetters(transaction, LAST_LETTERS_MAX)
        .thenCombine(
            log.read(transaction),
            (letters, deeds) -> {
              QueueChecker checker = new QueueChecker(options.attemptsMax(), options.spread());
              for (Deed deed : deeds) {
                checker.add(deed.at(), deed.what());
              }
              counts.count("deeds", deeds.size());
              counts.count("dead letters", letters.size());
              violations.addAll(checker.end(letters.stream().map(Encoding::bigEndian).toList()));
              return null;
            })
        .thenCombine(
            empty,
            (followed, isEmpty) -> {
              if (!isEmpty) {
                violations.add("something is left in the queue that nobody gets");
              }
              return violations;
            });
  }
}
