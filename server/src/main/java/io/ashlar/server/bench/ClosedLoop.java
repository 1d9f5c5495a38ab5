package io.ashlar.server.bench;

import io.ashlar.core.AshlarException;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.Failures;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A number of clients, each of which begins its next operation when the one before has ended.
 *
 * <p>The rate counts what ended within the measurement. Latencies are those of everything that was
 * under way at some time of it, also of what began in the warm-up or ended later: else an operation
 * that stalls would be left out.
 */
final class ClosedLoop {
  private final Recorder recorder = new Recorder(3);
  private final LongAdder endedInTime = new LongAdder();
  private final Map<String, Long> failuresByName = new TreeMap<>();
  private final Function<SeededRandom, CompletableFuture<?>> operation;
  private final CountDownLatch running;
  private volatile long measuredFrom;
  private volatile long measuredUntil;

  /**
   * What was measured.
   *
   * @param clients operations under way at a time
   * @param operations that ended within the measurement
   * @param failures operations that failed, by the error's name
   */
  record Measurement(
      String name,
      int clients,
      double seconds,
      long operations,
      double p50Millis,
      double p99Millis,
      double p999Millis,
      double maxMillis,
      Map<String, Long> failures) {
    double perSecond() {
      return operations / seconds;
    }
  }

  private ClosedLoop(int clients, Function<SeededRandom, CompletableFuture<?>> operation) {
    this.operation = operation;
    this.running = new CountDownLatch(clients);
  }

  /** Runs {@code operation} from {@code clients} clients for the warm-up and the measurement. */
  static Measurement run(
      String name,
      int clients,
      double warmUpSeconds,
      double seconds,
      long seed,
      Function<SeededRandom, CompletableFuture<?>> operation)
      throws InterruptedException {
    ClosedLoop loop = new ClosedLoop(clients, operation);
    loop.measuredFrom = System.nanoTime() + (long) (warmUpSeconds * 1e9);
    loop.measuredUntil = loop.measuredFrom + (long) (seconds * 1e9);
    SeededRandom seeds = new SeededRandom(seed);
    for (int client = 0; client < clients; client++) {
      loop.step(new SeededRandom(seeds.nextLong()));
    }
    loop.running.await();
    Histogram histogram = loop.recorder.getIntervalHistogram();
    synchronized (loop.failuresByName) {
      return new Measurement(
          name,
          clients,
          seconds,
          loop.endedInTime.sum(),
          histogram.getValueAtPercentile(50) / 1e6,
          histogram.getValueAtPercentile(99) / 1e6,
          histogram.getValueAtPercentile(99.9) / 1e6,
          histogram.getMaxValue() / 1e6,
          new TreeMap<>(loop.failuresByName));
    }
  }

  /** One client's loop: goes on here while futures are complete already, else when they are. */
  private void step(SeededRandom random) {
    while (true) {
      long begun = System.nanoTime();
      if (begun - measuredUntil >= 0) {
        running.countDown();
        return;
      }
      CompletableFuture<?> pending = operation.apply(random);
      if (!pending.isDone()) {
        pending.whenComplete(
            (result, failure) -> {
              ended(begun, failure);
              step(random);
            });
        return;
      }
      ended(begun, pending.isCompletedExceptionally() ? failureOf(pending) : null);
    }
  }

  private static Throwable failureOf(CompletableFuture<?> failed) {
    return failed.handle((result, failure) -> failure).join();
  }

  private void ended(long begun, Throwable failure) {
    long now = System.nanoTime();
    if (failure != null) {
      Throwable cause = Failures.unwrap(failure);
      String name =
          cause instanceof AshlarException known
              ? known.code().label()
              : cause.getClass().getSimpleName();
      synchronized (failuresByName) {
        failuresByName.merge(name, 1L, Long::sum);
      }
      return;
    }
    if (now - measuredFrom >= 0) {
      recorder.recordValue(now - begun);
    }
    if (now - measuredFrom >= 0 && now - measuredUntil < 0) {
      endedInTime.increment();
    }
  }
}
