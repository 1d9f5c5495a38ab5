package io.ashlar.server.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What idempotency ids cost: the same commits with ids and without, by turns, so that a machine
 * which is slower for a while is slower for both. Each pair of turns gives a ratio, and what counts
 * is the one in the middle.
 */
final class IdCost {
  private static final int PAIRS = 15;

  /**
   * One turn.
   *
   * @param cpuMicrosEach of this process and of a node that it has started
   * @param bytesEach that a commit put into the log
   */
  private record Turn(double perSecond, double cpuMicrosEach, double bytesEach) {}

  private record Pair(Turn with, Turn without) {
    double rateRatio() {
      return with.perSecond / without.perSecond;
    }

    double cpuRatio() {
      return with.cpuMicrosEach / without.cpuMicrosEach;
    }
  }

  /**
   * Medians of all pairs.
   *
   * @param rate commits a second with ids, by those without
   * @param cpu time of the processor for a commit with an id, by that for one without: steadier,
   *     where the machine is shared with others
   */
  record Result(
      int clients,
      Ratio rate,
      Ratio cpu,
      double perSecondWith,
      double perSecondWithout,
      double bytesWith,
      double bytesWithout,
      long failures) {
    String text() {
      return String.format(
          Locale.ROOT,
          "%5d clients  with ids %,9.0f /s, without %,9.0f /s: %s times as many, for %s times the"
              + " CPU each   bytes of the log each: %.0f and %.0f",
          clients,
          perSecondWith,
          perSecondWithout,
          rate,
          cpu,
          bytesWith,
          bytesWithout);
    }
  }

  /** Of all pairs; half of them lie between the quarters. */
  record Ratio(double median, double lowerQuarter, double upperQuarter) {
    static Ratio of(List<Pair> pairs, ToDoubleFunction<Pair> ratio) {
      double[] sorted = pairs.stream().mapToDouble(ratio).sorted().toArray();
      return new Ratio(sorted[PAIRS / 2], sorted[PAIRS / 4], sorted[PAIRS - 1 - PAIRS / 4]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", median, lowerQuarter, upperQuarter);
    }
  }

  private final Workloads workloads;
  private final LongSupplier bytesPushed;
  private final double seconds;
  private final long seed;
  private long failures;

  /**
   * @param bytesPushed what the log has been given so far
   * @param seconds of each turn
   */
  IdCost(Workloads workloads, LongSupplier bytesPushed, double seconds, long seed) {
    this.workloads = workloads;
    this.bytesPushed = bytesPushed;
    this.seconds = seconds;
    this.seed = seed;
  }

  Result measure(int clients) throws InterruptedException {
    turn(clients, true);
    turn(clients, false);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      // Who goes first changes, so that neither gains by what the one before leaves behind.
      boolean isFirst = i % 2 == 0;
      Turn one = turn(clients, isFirst);
      Turn other = turn(clients, !isFirst);
      pairs.add(isFirst ? new Pair(one, other) : new Pair(other, one));
    }
    return new Result(
        clients,
        Ratio.of(pairs, Pair::rateRatio),
        Ratio.of(pairs, Pair::cpuRatio),
        median(pairs, pair -> pair.with.perSecond),
        median(pairs, pair -> pair.without.perSecond),
        median(pairs, pair -> pair.with.bytesEach),
        median(pairs, pair -> pair.without.bytesEach),
        failures);
  }

  private static double median(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
    return pairs.stream().mapToDouble(figure).sorted().toArray()[PAIRS / 2];
  }

  private Turn turn(int clients, boolean hasIds) throws InterruptedException {
    long commitsBefore = workloads.commits();
    long bytesBefore = bytesPushed.getAsLong();
    double microsBefore = cpuMicros();
    ClosedLoop.Measurement measured =
        ClosedLoop.run(
            hasIds ? "write 1, with ids" : "write 1, without ids",
            clients,
            seconds / 4,
            seconds,
            seed,
            hasIds ? workloads::write : workloads::writeWithoutId);
    failures += measured.failures().values().stream().mapToLong(Long::longValue).sum();
    double commits = workloads.commits() - commitsBefore;
    return new Turn(
        measured.perSecond(),
        (cpuMicros() - microsBefore) / commits,
        (bytesPushed.getAsLong() - bytesBefore) / commits);
  }

  private static double cpuMicros() {
    ProcessHandle self = ProcessHandle.current();
    return Stream.concat(Stream.of(self), self.descendants())
            .mapToDouble(
                process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
            .sum()
        / 1e3;
  }
}
