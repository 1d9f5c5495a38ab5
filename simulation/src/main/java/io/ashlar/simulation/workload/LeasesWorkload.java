package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.lease.Lease;
import io.ashlar.lease.LeaseLostException;
import io.ashlar.lease.Leases;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.StampedLog.Deed;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Leases of the layers. They are taken, renewed, released, and acted under, also by those who have
 * lost them and do not know. All is noted in the same transaction; so in the order of commits there
 * is at most one holder at a time, tokens grow, and nobody acts who does not hold the lease.
 */
public final class LeasesWorkload implements Workload {
  private static final int TAKE_PER_MILLION = 350_000;
  private static final int RENEW_PER_MILLION = 150_000;
  private static final int RELEASE_PER_MILLION = 100_000;
  private static final int TIME_MAX_MILLIS = 3_000;
  private static final long THINK_MAX_NANOS = 1_500_000_000;
  private static final long VERSIONS_PER_MILLI = 1_000;

  /** How many leases of each name are remembered, over or not. */
  private static final int KNOWN_MAX = 4;

  private static final long TAKEN = 0;
  private static final long RENEWED = 1;
  private static final long RELEASED = 2;
  private static final long ACTED = 3;

  private final int names;
  private final Leases leases;
  private final StampedLog log;
  private final Map<String, List<Lease>> known = new TreeMap<>();
  private final WorkloadCounts counts = new WorkloadCounts();

  /**
   * @param names the fewer, the more is fought for each
   */
  LeasesWorkload(KeySpace keys, int names) {
    Subspace place = new Subspace(keys.begin().toArray());
    this.names = names;
    this.leases = new Leases(place.get("leases"));
    this.log = new StampedLog(place.get("log"));
  }

  @Override
  public String name() {
    return "leases";
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
    String name = "name" + client.random().nextInt(names);
    List<Lease> some = known.computeIfAbsent(name, any -> new ArrayList<>());
    Duration time = Duration.ofMillis(client.random().nextInt(1, TIME_MAX_MILLIS));
    int choice = client.random().nextInt(1_000_000);
    if (some.isEmpty() || choice < TAKE_PER_MILLION) {
      String holder = "client" + client.number();
      return run(client, some, transaction -> take(transaction, name, holder, time));
    }
    choice -= TAKE_PER_MILLION;
    Lease lease = some.get(client.random().nextInt(some.size()));
    if (choice < RENEW_PER_MILLION) {
      return run(client, some, transaction -> renew(transaction, lease, time));
    }
    choice -= RENEW_PER_MILLION;
    if (choice < RELEASE_PER_MILLION) {
      return run(client, some, transaction -> release(transaction, lease));
    }
    long thinkNanos = client.random().nextBoolean() ? 0 : client.random().nextLong(THINK_MAX_NANOS);
    return run(client, some, transaction -> act(client, transaction, lease, thinkNanos));
  }

  /** Something to do with a lease, which gives the lease that one knows of when it is done. */
  private interface Deal {
    CompletableFuture<Lease> with(Transaction transaction);
  }

  private CompletableFuture<Void> run(SimClient client, List<Lease> some, Deal deal) {
    Lease[] got = new Lease[1];
    return Attempt.run(
            client, transaction -> deal.with(transaction).thenAccept(lease -> got[0] = lease))
        .thenCompose(
            attempt -> {
              if (got[0] != null && attempt.isCommitted()) {
                some.add(got[0]);
                if (some.size() > KNOWN_MAX) {
                  some.remove(0);
                }
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<Lease> take(
      Transaction transaction, String name, String holder, Duration time) {
    return leases
        .tryAcquire(transaction, name, holder, time)
        .thenCombine(
            transaction.getStoreTime(),
            (lease, now) -> {
              if (lease != null) {
                log.note(transaction, TAKEN, name, lease.token(), now, lease.expiresAtMillis());
              }
              return lease;
            });
  }

  private CompletableFuture<Lease> renew(Transaction transaction, Lease lease, Duration time) {
    return leases
        .renew(transaction, lease, time)
        .thenCombine(
            transaction.getStoreTime(),
            (longer, now) -> {
              if (longer != null) {
                long expiry = longer.expiresAtMillis();
                log.note(transaction, RENEWED, lease.name(), longer.token(), now, expiry);
              }
              return longer;
            });
  }

  private CompletableFuture<Lease> release(Transaction transaction, Lease lease) {
    return leases
        .release(transaction, lease)
        .thenCombine(
            transaction.getStoreTime(),
            (isOurs, now) -> {
              if (isOurs) {
                log.note(transaction, RELEASED, lease.name(), lease.token(), now, 0);
              }
              return null;
            });
  }

  /** As a holder that may be paused between all that it does. */
  private CompletableFuture<Lease> act(
      SimClient client, Transaction transaction, Lease lease, long thinkNanos) {
    return leases
        .require(transaction, lease)
        .handle(
            (done, thrown) -> {
              if (thrown != null && cause(thrown) instanceof LeaseLostException) {
                counts.count("acts that were refused", 1);
                return CompletableFuture.<Lease>completedFuture(null);
              }
              if (thrown != null) {
                return CompletableFuture.<Lease>failedFuture(thrown);
              }
              return noteAct(transaction, lease)
                  .thenCompose(
                      noted ->
                          thinkNanos == 0
                              ? CompletableFuture.<Void>completedFuture(null)
                              : client.pause(thinkNanos))
                  .<Lease>thenApply(thought -> null);
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Void> noteAct(Transaction transaction, Lease lease) {
    return transaction
        .getStoreTime()
        .thenCombine(
            transaction.getReadVersion(),
            (now, version) -> {
              log.note(transaction, ACTED, lease.name(), lease.token(), now, version);
              return null;
            });
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  // The end.

  /** Who has a name at some point. */
  private record Holding(long token, long expiry) {}

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client.patiently(log::read).thenApply(this::replay);
  }

  private Violations replay(List<Deed> deeds) {
    Violations violations = new Violations();
    Map<String, Holding> holdings = new TreeMap<>();
    for (Deed deed : deeds) {
      Tuple what = deed.what();
      String name = what.getString(1);
      Holding before = holdings.getOrDefault(name, new Holding(0, 0));
      String wrong = wrong(deed, before);
      if (wrong != null) {
        violations.add("at " + deed.at() + " " + wrong + ": " + what + " after " + before);
      }
      long kind = what.getLong(0);
      if (kind == RELEASED) {
        holdings.put(name, new Holding(what.getLong(2), 0));
      } else if (kind != ACTED) {
        holdings.put(name, new Holding(what.getLong(2), what.getLong(4)));
      }
    }
    counts.count("deeds", deeds.size());
    return violations;
  }

  private static String wrong(Deed deed, Holding before) {
    Tuple what = deed.what();
    long token = what.getLong(2);
    long now = what.getLong(3);
    if (what.getLong(0) == TAKEN) {
      if (token <= before.token()) {
        return "a token is not larger than the one before";
      }
      return now < before.expiry() ? "a lease was taken that somebody held" : null;
    }
    if (token != before.token()) {
      return "somebody came with the token of another lease";
    }
    if (what.getLong(0) == RELEASED) {
      return null;
    }
    if (now >= before.expiry()) {
      return "somebody came with a lease that was over";
    }
    if (what.getLong(0) == ACTED) {
      long lastVersion = what.getLong(4) + (before.expiry() - now) * VERSIONS_PER_MILLI;
      return deed.at().version() >= lastVersion ? "an act came after the end of the lease" : null;
    }
    return null;
  }
}
