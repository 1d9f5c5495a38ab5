package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.LinearizabilityChecker;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.RegisterOperation;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A few registers that are read, written, and changed from one value to another, each by a
 * transaction of its own. Every value is written once. Beginnings and ends go to the {@link
 * LinearizabilityChecker}, which knows nothing of versions and stamps.
 */
public final class LinearizableRegisterWorkload implements Workload {
  private static final int READ_PER_MILLION = 250_000;
  private static final int WRITE_PER_MILLION = 400_000;
  private static final String REGISTER = "register/";

  /** One transaction, kept while it goes on. A client that dies in it leaves it as it is. */
  private static final class Use {
    final long id;
    final int register;
    final long begunAt;
    long found;
    long foundAt = RegisterOperation.ENDLESS;
    boolean changes;
    boolean writes;
    Outcome outcome = Outcome.OPEN;
    long endedAt = RegisterOperation.ENDLESS;

    Use(long id, int register, long begunAt) {
      this.id = id;
      this.register = register;
      this.begunAt = begunAt;
    }

    /** What it read is right whatever became of it; what it wrote may be in doubt. */
    void addTo(List<RegisterOperation> history) {
      if (foundAt != RegisterOperation.ENDLESS) {
        history.add(RegisterOperation.read(id, register, found, begunAt, foundAt));
      }
      if (!writes || outcome == Outcome.FAILED) {
        return;
      }
      boolean certain = outcome == Outcome.COMMITTED;
      history.add(
          changes
              ? RegisterOperation.compareAndSet(id, register, found, id, begunAt, endedAt, certain)
              : RegisterOperation.write(id, register, id, begunAt, endedAt, certain));
    }
  }

  private final KeySpace keys;
  private final int registers;
  private final long[] heard;
  private final List<Use> uses = new ArrayList<>();
  private final WorkloadCounts counts = new WorkloadCounts();

  /**
   * @param registers the fewer, the more goes on at each
   */
  public LinearizableRegisterWorkload(KeySpace keys, int registers) {
    this.keys = keys;
    this.registers = registers;
    this.heard = new long[registers];
    Arrays.fill(heard, RegisterOperation.ABSENT);
  }

  @Override
  public String name() {
    return "linearizable-register";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key(int register) {
    return keys.spread(REGISTER, register, registers);
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    int register = client.random().nextInt(registers);
    int choice = client.random().nextInt(1_000_000);
    boolean fromAnything = client.random().nextBoolean();
    long expected = heard[register];
    Use use = new Use(uses.size() + 1, register, client.moment());
    uses.add(use);
    return Attempt.run(
            client,
            transaction -> {
              if (choice < READ_PER_MILLION) {
                return read(client, transaction, use);
              }
              if (choice < READ_PER_MILLION + WRITE_PER_MILLION) {
                write(transaction, use);
                return CompletableFuture.completedFuture(null);
              }
              return read(client, transaction, use)
                  .thenAccept(
                      nothing -> {
                        if (fromAnything || use.found == expected) {
                          use.changes = true;
                          write(transaction, use);
                        }
                      });
            })
        .thenCompose(
            attempt -> {
              end(client, use, attempt);
              return attempt.pause(client);
            });
  }

  private void end(SimClient client, Use use, Attempt attempt) {
    use.outcome = attempt.outcome();
    if (use.outcome != Outcome.OPEN) {
      use.endedAt = client.moment();
    }
    if (attempt.isCommitted()) {
      heard[use.register] = use.id;
    }
    counts.add(attempt);
  }

  private CompletableFuture<Void> read(SimClient client, Transaction transaction, Use use) {
    return transaction
        .get(key(use.register))
        .thenAccept(
            value -> {
              use.found = value == null ? RegisterOperation.ABSENT : Encoding.bigEndian(value);
              use.foundAt = client.moment();
              heard[use.register] = use.found;
            });
  }

  private void write(Transaction transaction, Use use) {
    use.writes = true;
    transaction.set(key(use.register), Encoding.bigEndian(use.id));
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    long begunAt = client.moment();
    return client
        .patiently(transaction -> transaction.getRange(keys.all()).asList())
        .thenApply(rows -> decide(rows, begunAt, client.moment()));
  }

  private Violations decide(List<KeyValue> rows, long begunAt, long endedAt) {
    List<RegisterOperation> history = new ArrayList<>();
    uses.forEach(use -> use.addTo(history));
    long[] found = new long[registers];
    Arrays.fill(found, RegisterOperation.ABSENT);
    for (KeyValue row : rows) {
      int register = (int) keys.number(REGISTER, Bytes.wrap(row.getKey()));
      found[register] = Encoding.bigEndian(row.getValue());
    }
    for (int i = 0; i < registers; i++) {
      history.add(RegisterOperation.read(uses.size() + 1 + i, i, found[i], begunAt, endedAt));
    }
    return new LinearizabilityChecker().check(history);
  }
}
