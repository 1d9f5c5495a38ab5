package io.ashlar.simulation.workload;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.queue.QueueOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All workloads by name, and which of them a run has. */
public final class Workloads {
  /** Makes a workload for its share of the key space. */
  private interface Maker {
    Workload make(KeySpace keys, SeededRandom random);
  }

  /**
   * @param perMillion how many runs in a million have it, when nothing else is asked for
   */
  private record Kind(int perMillion, Maker maker) {}

  /** A workload that must fail; it is there only when it is named. */
  public static final String CANARY = "canary";

  /** The workloads of {@link #forClients} that a sound store passes. */
  public static final List<String> CHECKS =
      List.of("cycle", "counter", "serializability", "append");

  private static final int CYCLE_NODES_MIN = 30;
  private static final int NODES_EACH = 10;
  private static final int KEYS_MIN = 20;
  private static final int KEYS_EACH = 2;

  /**
   * Came when runs were known by their seeds already: a run that does not have one of these draws
   * what it drew before they came.
   */
  private static final List<String> LATE =
      List.of(
          "api-fuzz",
          "exactly-once",
          "key-value",
          "table",
          "shared-counter",
          "leases",
          "queue",
          "blobs",
          "consistency",
          "directories");

  /** A run has at least so many, if there are as many to choose from. */
  private static final int DRAWN_MIN = 3;

  /** Bytes between two shares of the key space at least. */
  private static final int SHARE_MIN = 4;

  private static final int LAST_BYTE = 0xff;

  private Workloads() {}

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put(
        "cycle",
        new Kind(700_000, (keys, random) -> new CycleWorkload(keys, random.nextInt(3, 30))));
    kinds.put(
        "counter-log", new Kind(700_000, (keys, random) -> CounterLogWorkload.ofUserKeys(keys)));
    kinds.put("append", new Kind(700_000, (keys, random) -> new AppendWorkload(keys)));
    kinds.put("register", new Kind(700_000, (keys, random) -> new RegisterWorkload(keys)));
    kinds.put(
        "serializability",
        new Kind(
            700_000, (keys, random) -> new SerializabilityWorkload(keys, random.nextInt(4, 60))));
    kinds.put(
        "conflict-ranges",
        new Kind(
            500_000, (keys, random) -> new ConflictRangesWorkload(keys, random.nextInt(8, 60))));
    kinds.put("sideband", new Kind(500_000, (keys, random) -> new SidebandWorkload(keys)));
    kinds.put(
        "linearizable-register",
        new Kind(
            500_000,
            (keys, random) -> new LinearizableRegisterWorkload(keys, random.nextInt(2, 9))));
    kinds.put(
        "read-your-writes",
        new Kind(
            500_000, (keys, random) -> new ReadYourWritesWorkload(keys, random.nextInt(6, 20))));
    kinds.put(
        "atomic-operations",
        new Kind(
            500_000, (keys, random) -> new AtomicOperationsWorkload(keys, random.nextInt(4, 20))));
    kinds.put(
        "watches",
        new Kind(500_000, (keys, random) -> new WatchesWorkload(keys, random.nextInt(2, 9))));
    kinds.put(
        "versionstamps", new Kind(500_000, (keys, random) -> new VersionstampsWorkload(keys)));
    kinds.put(
        "metadata", new Kind(300_000, (keys, random) -> CounterLogWorkload.ofSystemKeys(keys)));
    kinds.put("bulk", new Kind(300_000, (keys, random) -> new BulkWorkload(keys)));
    kinds.put(
        "snapshot-equality",
        new Kind(
            500_000, (keys, random) -> new SnapshotEqualityWorkload(keys, random.nextInt(6, 50))));
    kinds.put(
        "api-fuzz",
        new Kind(300_000, (keys, random) -> new ApiFuzzWorkload(keys, random.nextInt(2, 5))));
    kinds.put("exactly-once", new Kind(600_000, (keys, random) -> new ExactlyOnceWorkload(keys)));
    kinds.put(
        "key-value",
        new Kind(200_000, (keys, random) -> new KeyValueWorkload(keys, random.nextInt(2, 6))));
    kinds.put(
        "table",
        new Kind(200_000, (keys, random) -> new TableWorkload(keys, random.nextInt(3, 12))));
    kinds.put(
        "shared-counter", new Kind(100_000, (keys, random) -> new SharedCounterWorkload(keys)));
    kinds.put(
        "leases",
        new Kind(100_000, (keys, random) -> new LeasesWorkload(keys, random.nextInt(1, 4))));
    kinds.put(
        "queue",
        new Kind(
            100_000,
            (keys, random) ->
                new QueueWorkload(
                    keys, new QueueOptions(random.nextInt(2, 12), random.nextInt(1, 5)))));
    kinds.put(
        "blobs",
        new Kind(
            100_000,
            (keys, random) ->
                new BlobsWorkload(
                    keys,
                    random.nextInt(30, 200),
                    Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(3_000)))));
    kinds.put(
        "consistency",
        new Kind(300_000, (keys, random) -> new ConsistencyWorkload(keys, random.nextInt(2, 7))));
    kinds.put(
        "directories",
        new Kind(100_000, (keys, random) -> new DirectoryWorkload(keys, random.nextInt(2, 5))));
    kinds.put(CANARY, new Kind(0, (keys, random) -> new CanaryWorkload(keys)));
    return Collections.unmodifiableMap(kinds);
  }

  /**
   * One workload for a cluster of which nothing was drawn.
   *
   * @param name of {@link #CHECKS}, or {@link #CANARY}
   * @param keys nobody else may use them
   * @param clients how many do its steps at a time: they must not always be in each other's way
   */
  public static Workload forClients(String name, KeySpace keys, int clients) {
    return switch (name) {
      case "cycle" -> new CycleWorkload(keys, Math.max(CYCLE_NODES_MIN, clients * NODES_EACH));
      case "counter" -> CounterLogWorkload.ofUserKeys(keys);
      case "serializability" ->
          new SerializabilityWorkload(keys, Math.max(KEYS_MIN, clients * KEYS_EACH));
      case "append" -> new AppendWorkload(keys);
      case CANARY -> new CanaryWorkload(keys);
      default -> throw new IllegalArgumentException("no workload for clusters: " + name);
    };
  }

  /** What may be named, in a fixed order. */
  public static List<String> names() {
    return List.copyOf(kinds().keySet());
  }

  /**
   * Some of the workloads, in a drawn order and with drawn shares of the key space. Each has draws
   * of its own.
   *
   * @param includes which may be there
   * @param all whether all that may be there are, rather than those that are drawn
   */
  public static List<Workload> draw(SeededRandom random, Predicate<String> includes, boolean all) {
    Map<String, Kind> kinds = kinds();
    List<String> possible = new ArrayList<>();
    List<String> chosen = new ArrayList<>();
    for (String name : kinds.keySet()) {
      if (includes.test(name) && (all || !name.equals(CANARY)) && !LATE.contains(name)) {
        possible.add(name);
      }
    }
    shuffle(possible, random.fork("order"));
    for (String name : possible) {
      boolean drawn = random.fork("choice of " + name).chance(kinds.get(name).perMillion());
      if (all || drawn) {
        chosen.add(name);
      }
    }
    for (String name : LATE) {
      SeededRandom own = random.fork("choice of " + name);
      boolean drawn = own.chance(kinds.get(name).perMillion());
      int place = own.nextInt(chosen.size() + 1);
      if (includes.test(name) && (all || drawn)) {
        chosen.add(place, name);
      }
    }
    for (String name : possible) {
      if (chosen.size() < DRAWN_MIN && !chosen.contains(name)) {
        chosen.add(name);
      }
    }
    return withShares(random, kinds, chosen);
  }

  private static List<Workload> withShares(
      SeededRandom random, Map<String, Kind> kinds, List<String> chosen) {
    SeededRandom shares = random.fork("shares");
    TreeSet<Integer> cuts = new TreeSet<>();
    while (cuts.size() < chosen.size() - 1) {
      int cut = shares.nextInt(SHARE_MIN, LAST_BYTE - SHARE_MIN);
      if (cuts.subSet(cut - SHARE_MIN, cut + SHARE_MIN).isEmpty()) {
        cuts.add(cut);
      }
    }
    List<Workload> made = new ArrayList<>();
    int first = 0;
    for (String name : chosen) {
      Integer end = cuts.isEmpty() ? Integer.valueOf(LAST_BYTE) : cuts.pollFirst();
      Workload workload =
          kinds.get(name).maker().make(new KeySpace(first, end), random.fork("draws of " + name));
      Check.that(workload.name().equals(name), "a workload has another name than ", name);
      made.add(workload);
      first = end;
    }
    return made;
  }

  private static void shuffle(List<String> names, SeededRandom random) {
    for (int i = names.size() - 1; i > 0; i--) {
      Collections.swap(names, i, random.nextInt(i + 1));
    }
  }
}
