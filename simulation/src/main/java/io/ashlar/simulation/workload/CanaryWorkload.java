package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A bank that moves money between accounts as it should not be done: it reads the balances in one
 * transaction and writes the new ones in another. Two at a time make money or lose it, so a run
 * with it must fail. One that passes shows that steps, checks or both do nothing.
 */
final class CanaryWorkload implements Workload {
  private static final int ACCOUNTS = 3;
  private static final long BALANCE = 1_000;
  private static final String ACCOUNT = "account";

  private final KeySpace keys;
  private final WorkloadCounts counts = new WorkloadCounts();

  CanaryWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return Workloads.CANARY;
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key(int account) {
    return keys.spread(ACCOUNT, account, ACCOUNTS);
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return client.patiently(
        transaction -> {
          for (int i = 0; i < ACCOUNTS; i++) {
            transaction.set(key(i), Encoding.bigEndian(BALANCE));
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    int from = client.random().nextInt(ACCOUNTS);
    int to = (from + 1 + client.random().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = 1 + client.random().nextInt(10);
    List<Long> balances = new ArrayList<>();
    return Attempt.run(client, transaction -> read(transaction, balances))
        .thenCompose(
            read -> {
              counts.add(read);
              return balances.size() == ACCOUNTS && read.error() == null
                  ? write(client, balances, from, to, amount)
                  : read.pause(client);
            });
  }

  private CompletableFuture<Void> write(
      SimClient client, List<Long> balances, int from, int to, long amount) {
    return Attempt.run(
            client,
            transaction -> {
              transaction.set(key(from), Encoding.bigEndian(balances.get(from) - amount));
              transaction.set(key(to), Encoding.bigEndian(balances.get(to) + amount));
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(
            written -> {
              counts.add(written);
              return written.pause(client);
            });
  }

  private CompletableFuture<Void> read(Transaction transaction, List<Long> balances) {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (int i = 0; i < ACCOUNTS; i++) {
      byte[] account = key(i);
      done =
          done.thenCompose(nothing -> transaction.get(account))
              .thenAccept(value -> balances.add(Encoding.bigEndian(value)));
    }
    return done;
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    List<Long> balances = new ArrayList<>();
    return client
        .patiently(
            transaction -> {
              balances.clear();
              return read(transaction, balances);
            })
        .thenApply(
            nothing -> {
              Violations violations = new Violations();
              long sum = balances.stream().mapToLong(Long::longValue).sum();
              if (sum != ACCOUNTS * BALANCE) {
                violations.add("the accounts have " + sum + " and had " + ACCOUNTS * BALANCE);
              }
              return violations;
            });
  }
}
