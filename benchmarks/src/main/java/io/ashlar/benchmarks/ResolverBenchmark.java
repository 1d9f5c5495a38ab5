package io.ashlar.benchmarks;

import com.sun.management.ThreadMXBean;
import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import io.ashlar.resolver.ConflictSet;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The conflict set beside a plain skip list, in one run, on the batches of FoundationDB's skip-list
 * test.
 *
 * <p>Transactions are encoded beforehand; measured is everything a resolver does from their bytes
 * to the verdicts, the growth of an empty set and collection of garbage included. Both decide the
 * same batches in turns, and every verdict of every round is compared. Collectors that work beside
 * the program would hide a part of the cost: run with the parallel or the serial one.
 */
public final class ResolverBenchmark {
  private static final String ASHLAR = "ashlar";
  private static final String SKIP_LIST = "skip-list";

  /**
   * What one round of one of the two took.
   *
   * @param collectionNanos pauses for garbage, a part of the elapsed time
   * @param busyNanos what the thread had of a processor, and the pauses: as the elapsed time, but
   *     without the time that other programs took away
   */
  private record Round(
      long elapsedNanos,
      long busyNanos,
      long collectionNanos,
      long allocatedBytes,
      byte[][] verdicts) {}

  /** All rounds of one of the two. */
  private record Result(String name, List<Round> rounds, long transactionCount) {
    double medianPerSecond() {
      return median(Round::elapsedNanos);
    }

    double medianPerBusySecond() {
      return median(Round::busyNanos);
    }

    private double median(ToLongFunction<Round> nanos) {
      double[] all = new double[rounds.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = transactionCount * 1e9 / nanos.applyAsLong(rounds.get(i));
      }
      Arrays.sort(all);
      int middle = all.length / 2;
      return all.length % 2 == 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
    }

    double perSecond(Round round) {
      return transactionCount * 1e9 / round.elapsedNanos();
    }

    double collectionShare() {
      long elapsed = 0;
      long collection = 0;
      for (Round round : rounds) {
        elapsed += round.elapsedNanos();
        collection += round.collectionNanos();
      }
      return (double) collection / elapsed;
    }

    double collectionMillis() {
      long collection = 0;
      for (Round round : rounds) {
        collection += round.collectionNanos();
      }
      return collection / 1e6 / rounds.size();
    }

    double allocatedPerTransaction() {
      long bytes = 0;
      for (Round round : rounds) {
        bytes += round.allocatedBytes();
      }
      return (double) bytes / rounds.size() / transactionCount;
    }
  }

  private ResolverBenchmark() {}

  /** See {@link BenchmarkOptions}. */
  public static void main(String[] arguments) {
    BenchmarkOptions options = BenchmarkOptions.parse(arguments);
    List<String> json = new ArrayList<>();
    for (ResolverWorkload.Shape shape : options.shapes()) {
      json.add(run(shape, options));
    }
    if (options.isJson()) {
      System.out.println("[" + String.join(",\n", json) + "]");
    }
  }

  private static String run(ResolverWorkload.Shape shape, BenchmarkOptions options) {
    ResolverWorkload workload =
        ResolverWorkload.draw(
            shape, options.batches(), options.transactions(), options.window(), options.seed());
    Result ashlar = new Result(ASHLAR, new ArrayList<>(), workload.transactionCount());
    Result skipList = new Result(SKIP_LIST, new ArrayList<>(), workload.transactionCount());
    byte[][] verdicts = null;
    for (int i = -options.warmups(); i < options.rounds(); i++) {
      // Each goes first every other time.
      List<Result> turn = i % 2 == 0 ? List.of(ashlar, skipList) : List.of(skipList, ashlar);
      for (Result result : turn) {
        Round round = measure(workload, resolver(result.name(), workload));
        if (verdicts == null) {
          verdicts = round.verdicts();
        }
        if (!Arrays.deepEquals(verdicts, round.verdicts())) {
          throw new IllegalStateException("the verdicts of " + result.name() + " differ");
        }
        if (i >= 0) {
          result.rounds().add(round);
        }
      }
    }
    String json = json(shape, options, verdicts, ashlar, skipList);
    if (!options.isJson()) {
      print(shape, options, verdicts, ashlar, skipList);
    }
    return json;
  }

  private static BatchResolver resolver(String name, ResolverWorkload workload) {
    long floor = workload.floorVersion();
    return name.equals(ASHLAR)
        ? new ConflictSet(floor, workload.windowBatches())::resolve
        : new SkipListConflictSet(floor, workload.windowBatches());
  }

  private static Round measure(ResolverWorkload workload, BatchResolver resolver) {
    List<List<ResolverTransaction>> batches = workload.batches();
    byte[][] verdicts = new byte[batches.size()][];
    System.gc();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocatedBefore = thread.getCurrentThreadAllocatedBytes();
    long collectionBefore = collectionMillis();
    long busyBefore = thread.getCurrentThreadCpuTime();
    long before = System.nanoTime();
    for (int i = 0; i < verdicts.length; i++) {
      verdicts[i] = resolver.resolve(workload.version(i), batches.get(i));
    }
    long elapsedNanos = System.nanoTime() - before;
    long busyNanos = thread.getCurrentThreadCpuTime() - busyBefore;
    long collectionNanos = (collectionMillis() - collectionBefore) * 1_000_000;
    long allocated = thread.getCurrentThreadAllocatedBytes() - allocatedBefore;
    return new Round(
        elapsedNanos, busyNanos + collectionNanos, collectionNanos, allocated, verdicts);
  }

  private static long collectionMillis() {
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      millis += Math.max(0, collector.getCollectionTime());
    }
    return millis;
  }

  private static double committedShare(byte[][] verdicts) {
    long committed = 0;
    long all = 0;
    for (byte[] batch : verdicts) {
      for (byte code : batch) {
        committed += code == Verdict.COMMITTED.code() ? 1 : 0;
        all++;
      }
    }
    return (double) committed / all;
  }

  private static void print(
      ResolverWorkload.Shape shape,
      BenchmarkOptions options,
      byte[][] verdicts,
      Result ashlar,
      Result skipList) {
    System.out.printf(
        Locale.ROOT,
        "%s: %d batches of %d transactions, window %d batches, seed %d; %.1f %% commit%n",
        shape,
        options.batches(),
        options.transactions(),
        options.window(),
        options.seed(),
        100 * committedShare(verdicts));
    for (Result result : List.of(ashlar, skipList)) {
      StringBuilder rounds = new StringBuilder();
      for (Round round : result.rounds()) {
        rounds.append(String.format(Locale.ROOT, " %.3f", result.perSecond(round) / 1e6));
      }
      System.out.printf(
          Locale.ROOT,
          "  %-10s %.3f M transactions/s (rounds:%s), %.3f M a busy second; garbage: %.1f ms a round"
              + " in pauses (%.1f %%), %.0f B a transaction%n",
          result.name(),
          result.medianPerSecond() / 1e6,
          rounds,
          result.medianPerBusySecond() / 1e6,
          result.collectionMillis(),
          100 * result.collectionShare(),
          result.allocatedPerTransaction());
    }
    System.out.printf(
        Locale.ROOT,
        "  ratio %.2f, of busy time %.2f; all verdicts equal in every round%n",
        ashlar.medianPerSecond() / skipList.medianPerSecond(),
        ashlar.medianPerBusySecond() / skipList.medianPerBusySecond());
  }

  private static String json(
      ResolverWorkload.Shape shape,
      BenchmarkOptions options,
      byte[][] verdicts,
      Result ashlar,
      Result skipList) {
    return String.format(
        Locale.ROOT,
        "{\"benchmark\":\"resolver\",\"shape\":\"%s\",\"batches\":%d,\"transactions\":%d,"
            + "\"window\":%d,\"seed\":%d,\"committedShare\":%.4f,\"ratio\":%.3f,\"busyRatio\":%.3f,\"results\":[%s,%s]}",
        shape,
        options.batches(),
        options.transactions(),
        options.window(),
        options.seed(),
        committedShare(verdicts),
        ashlar.medianPerSecond() / skipList.medianPerSecond(),
        ashlar.medianPerBusySecond() / skipList.medianPerBusySecond(),
        json(ashlar),
        json(skipList));
  }

  private static String json(Result result) {
    List<String> rounds = new ArrayList<>();
    for (Round round : result.rounds()) {
      rounds.add(String.format(Locale.ROOT, "%.0f", result.perSecond(round)));
    }
    return String.format(
        Locale.ROOT,
        "{\"name\":\"%s\",\"transactionsPerSecond\":%.0f,\"transactionsPerBusySecond\":%.0f,\"rounds\":[%s],"
            + "\"collectionMillisPerRound\":%.1f,\"allocatedBytesPerTransaction\":%.1f}",
        result.name(),
        result.medianPerSecond(),
        result.medianPerBusySecond(),
        String.join(",", rounds),
        result.collectionMillis(),
        result.allocatedPerTransaction());
  }
}
