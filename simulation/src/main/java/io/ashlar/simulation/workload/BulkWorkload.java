package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.OverwriteChecker;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.StampedTemplate;
import io.ashlar.simulation.check.Violations;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Groups of rows that are always written together, without being read, with values of all sizes
 * from none to the largest there may be. Every byte of a value follows from the number of its deed.
 * Whoever reads a group finds rows of one deed, whole: the last one up to its read version, which
 * the {@link OverwriteChecker} knows of the versionstamp in the head of the rows.
 */
public final class BulkWorkload implements Workload {
  private static final int GROUPS = 6;
  private static final int ROWS = 3;
  private static final int READER_PER_MILLION = 250_000;
  private static final int LARGE_PER_MILLION = 15_000;
  private static final int MIDDLE_PER_MILLION = 100_000;
  private static final int SMALL_BYTES_MAX = 300;
  private static final int MIDDLE_BYTES_MAX = 8_000;
  private static final String GROUP = "group/";

  private final KeySpace keys;
  private final OverwriteChecker overwrites = new OverwriteChecker();
  private final Map<Long, Deed> deeds = new TreeMap<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  private record Deed(int group, int[] sizes) {}

  public BulkWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "bulk";
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
    SeededRandom random = client.random();
    int group = random.nextInt(GROUPS);
    if (random.chance(READER_PER_MILLION)) {
      return Attempt.run(client, transaction -> look(transaction, group))
          .thenCompose(attempt -> count(client, attempt));
    }
    long number = overwrites.begin(group);
    Deed deed = new Deed(group, drawSizes(random));
    deeds.put(number, deed);
    return Attempt.run(
            client,
            transaction -> {
              write(transaction, number, deed);
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(
            attempt -> {
              overwrites.end(number, attempt.outcome(), attempt.stamp());
              return count(client, attempt);
            });
  }

  private CompletableFuture<Void> count(SimClient client, Attempt attempt) {
    counts.add(attempt);
    return attempt.pause(client);
  }

  private static int[] drawSizes(SeededRandom random) {
    int max = SMALL_BYTES_MAX;
    if (random.chance(LARGE_PER_MILLION)) {
      max = Limits.VALUE_BYTES_MAX;
    } else if (random.chance(MIDDLE_PER_MILLION)) {
      max = MIDDLE_BYTES_MAX;
    }
    int[] sizes = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      // The ends of what is legal are more interesting than what lies between.
      int choice = random.nextInt(8);
      sizes[i] = choice == 0 ? 0 : choice == 1 ? max : random.nextInt(max);
    }
    return sizes;
  }

  private void write(Transaction transaction, long number, Deed deed) {
    Range range = Range.startsWith(prefix(deed.group));
    transaction.clear(range);
    Bytes head = StampedTemplate.of(Bytes.wrap(Encoding.bigEndian(number)), Bytes.EMPTY);
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, prefix(deed.group), head.toArray());
    for (int i = 0; i < ROWS; i++) {
      transaction.set(rowKey(deed, i), content(number, i, deed.sizes[i]));
    }
  }

  private byte[] prefix(int group) {
    return keys.spread(GROUP, group, GROUPS);
  }

  /** A row with a value of middle size has the longest key there may be. */
  private byte[] rowKey(Deed deed, int row) {
    byte[] key = keys.spread(GROUP, deed.group, GROUPS, Bytes.of(row));
    boolean isLong = deed.sizes[row] == MIDDLE_BYTES_MAX;
    return isLong ? Arrays.copyOf(key, Limits.KEY_BYTES_MAX) : key;
  }

  private static byte[] content(long number, int row, int size) {
    byte[] content = new byte[size];
    new SeededRandom(number * ROWS + row).nextBytes(content);
    return content;
  }

  /** Reads a group at one version. */
  private CompletableFuture<Void> look(ReadTransaction transaction, int group) {
    return transaction
        .getRange(Range.startsWith(prefix(group)))
        .asList()
        .thenCombine(
            transaction.getReadVersion(),
            (rows, version) -> {
              see(group, version, rows);
              return null;
            });
  }

  /** All rows must be of one deed. */
  private void see(int group, long version, List<KeyValue> rows) {
    if (rows.isEmpty()) {
      overwrites.sawNothing(group, version);
      return;
    }
    byte[] head = rows.get(0).getValue();
    if (!Arrays.equals(rows.get(0).getKey(), prefix(group))
        || head.length != Long.BYTES + Encoding.STAMP_BYTES) {
      violations.add("group " + group + " has rows and no head");
      return;
    }
    long number = Encoding.bigEndian(Arrays.copyOf(head, Long.BYTES));
    if (!overwrites.isOf(group, number) || rows.size() != ROWS + 1) {
      violations.add("group " + group + " has " + rows.size() + " rows of deed " + number);
      return;
    }
    Deed deed = deeds.get(number);
    Bytes stamp = Bytes.wrap(head).slice(Long.BYTES, head.length);
    overwrites.saw(group, version, number, Stamp.of(stamp));
    for (int i = 0; i < ROWS; i++) {
      KeyValue row = rows.get(i + 1);
      boolean isRight =
          Arrays.equals(row.getKey(), rowKey(deed, i))
              && Arrays.equals(row.getValue(), content(number, i, deed.sizes[i]));
      if (!isRight) {
        violations.add(
            "row " + i + " of group " + group + " is not as deed " + number + " made it");
      }
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return checkFrom(client, 0);
  }

  private CompletableFuture<Violations> checkFrom(SimClient client, int group) {
    if (group == GROUPS) {
      violations.addAll(overwrites.check());
      return CompletableFuture.completedFuture(violations);
    }
    return client
        .patiently(transaction -> look(transaction, group))
        .thenCompose(done -> checkFrom(client, group + 1));
  }
}
