package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.RingChecker;
import io.ashlar.simulation.check.Violations;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Nodes form one ring; each transaction takes three neighbours and turns two links round by three
 * reads that depend on each other. Whoever reads all of it at any time finds one ring: any lost,
 * torn or reordered transaction breaks it.
 */
public final class CycleWorkload implements Workload {
  private static final int WHOLE_RING_PER_MILLION = 100_000;

  private final KeySpace keys;
  private final int nodes;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  /**
   * @param nodes three at least; the fewer, the more conflicts
   */
  public CycleWorkload(KeySpace keys, int nodes) {
    this.keys = keys;
    this.nodes = nodes;
  }

  @Override
  public String name() {
    return "cycle";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key(long node) {
    return keys.spread("", node, nodes);
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return client.patiently(
        transaction -> {
          for (int i = 0; i < nodes; i++) {
            transaction.set(key(i), Encoding.bigEndian((i + 1) % nodes));
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    boolean whole = client.random().chance(WHOLE_RING_PER_MILLION);
    long first = client.random().nextInt(nodes);
    return Attempt.run(
            client, transaction -> whole ? checkRing(transaction) : turn(transaction, first))
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> turn(Transaction transaction, long a) {
    return next(transaction, a)
        .thenCompose(
            b ->
                next(transaction, b)
                    .thenCompose(
                        c ->
                            next(transaction, c)
                                .thenAccept(
                                    d -> {
                                      link(transaction, a, c);
                                      link(transaction, c, b);
                                      link(transaction, b, d);
                                    })));
  }

  private CompletableFuture<Long> next(ReadTransaction transaction, long node) {
    return transaction
        .get(key(node))
        .thenApply(
            value -> {
              if (value == null) {
                violations.add("node " + node + " is not there");
                return 0L;
              }
              return Encoding.bigEndian(value);
            });
  }

  private void link(Transaction transaction, long from, long to) {
    transaction.set(key(from), Encoding.bigEndian(to));
  }

  private CompletableFuture<Void> checkRing(ReadTransaction transaction) {
    return transaction
        .getRange(keys.all())
        .asList()
        .thenAccept(
            rows -> {
              Map<Integer, Integer> ring = ring(rows);
              if (ring.size() != rows.size()) {
                violations.add("cycle: " + rows.size() + " rows of " + ring.size() + " nodes");
              }
              String wrong = RingChecker.check(ring, nodes);
              if (wrong != null) {
                violations.add("cycle: " + wrong);
              }
            });
  }

  private Map<Integer, Integer> ring(List<KeyValue> rows) {
    Map<Integer, Integer> next = new TreeMap<>();
    for (KeyValue row : rows) {
      next.put(
          node(keys.number("", Bytes.wrap(row.getKey()))),
          node(Encoding.bigEndian(row.getValue())));
    }
    return next;
  }

  /** A node, or −1 for a number that is none. */
  private static int node(long number) {
    return number == (int) number ? (int) number : -1;
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client.patiently(this::checkRing).thenApply(done -> violations);
  }
}
