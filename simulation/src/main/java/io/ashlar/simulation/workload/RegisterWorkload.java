package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.concurrent.CompletableFuture;

/**
 * One register that says when it was last written. Whoever begins to read it after a write was
 * acknowledged, at whatever client, gets a read version not below that write, and finds it or a
 * later one.
 *
 * <p>A client either reads or writes, unless it is the only one. Readers give up after a short time
 * and begin again, so that also one that can reach little of the cluster goes on to ask for read
 * versions: what it is told must be fresh.
 */
public final class RegisterWorkload implements Workload {
  private static final int TIMEOUT_MIN_MILLIS = 50;
  private static final int TIMEOUT_MAX_MILLIS = 600;
  private static final String REGISTER = "register";

  private final KeySpace keys;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  /** The latest write that was acknowledged to anyone. */
  private Stamp newest = new Stamp(0, 0);

  public RegisterWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "register";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key() {
    return keys.fixed(REGISTER, 0);
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    boolean isWriter =
        client.clients() == 1 ? client.random().nextBoolean() : client.place() % 2 != 0;
    return isWriter ? write(client) : read(client);
  }

  private CompletableFuture<Void> write(SimClient client) {
    return Attempt.run(
            client,
            transaction -> {
              transaction.mutate(
                  MutationType.SET_VERSIONSTAMPED_VALUE, key(), Encoding.stampedValue());
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(
            attempt -> {
              if (attempt.isCommitted() && attempt.stamp().compareTo(newest) > 0) {
                newest = attempt.stamp();
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<Void> read(SimClient client) {
    Stamp floor = newest;
    int timeoutMillis = client.random().nextInt(TIMEOUT_MIN_MILLIS, TIMEOUT_MAX_MILLIS);
    return Attempt.run(
            client,
            transaction -> {
              transaction.options().setTimeout(timeoutMillis);
              return read(transaction, floor);
            })
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> read(Transaction transaction, Stamp floor) {
    return transaction
        .getReadVersion()
        .thenCompose(
            version -> {
              if (version < floor.version()) {
                violations.add(
                    "read version " + version + " was given out after " + floor + " had ended");
              }
              return transaction.get(key());
            })
        .thenAccept(value -> compare(value, floor));
  }

  private void compare(byte[] value, Stamp floor) {
    Stamp found = value == null ? new Stamp(0, 0) : Stamp.of(Bytes.wrap(value));
    if (found.compareTo(floor) < 0) {
      violations.add("the register says " + found + " after " + floor + " was acknowledged");
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.get(key()))
        .thenApply(
            value -> {
              compare(value, newest);
              return violations;
            });
  }
}
