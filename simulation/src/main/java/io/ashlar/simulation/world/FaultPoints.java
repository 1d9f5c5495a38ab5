package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Which rare branches of roles a run forces, and how often: each point is on in a quarter of the
 * runs, and then fires with its own drawn probability. One that fires often does not do so all the
 * time: a cluster that does nothing but take rare branches would do nothing else. One by which a
 * run comes but a few times fires far more readily, or it would hardly ever do so.
 */
final class FaultPoints {
  /**
   * How often a point may fire.
   *
   * @param perMillion of the times a role comes by
   * @param gapNanos from one time to the next at least, in the whole world
   */
  private record Rate(int perMillion, long gapNanos) {}

  private static final Rate[] RATES = {
    new Rate(1_000, 0),
    new Rate(10_000, 1_000_000),
    new Rate(30_000, 5_000_000),
    new Rate(100_000, 20_000_000),
  };

  /** Of points by which roles come once in a recovery, an epoch, or a life, or but now and then. */
  private static final Rate[] SELDOM_RATES = {
    new Rate(30_000, 0), new Rate(100_000, 0), new Rate(250_000, 0), new Rate(500_000, 0),
  };

  static final List<String> SELDOM =
      List.of(
          "client.read-few-ids",
          "controller.drain-at-once",
          "controller.new-epoch",
          "controller.new-epoch-while-drained",
          "coordinator.ask-founder-again",
          "mover.give-up-any",
          "mover.move-any",
          "quorum.late-lock",
          "quorum.lock-again",
          "quorum.overtake-move",
          "log.read-back-later",
          "log.reserve-later",
          "log.tail-from-another",
          "log.tail-little",
          "log.tail-little-room",
          "recovery.give-up",
          "recovery.metadata-from-another",
          "recovery.metadata-little",
          "recovery.push-again",
          "recovery.recruit-again",
          "recovery.time-is-up",
          "resolver.refuse-metadata",
          "worker.start-log-later");

  /** Of points by which roles come a few times in a run, if at all. */
  private static final Rate[] HARDLY_RATES = {new Rate(300_000, 0), new Rate(1_000_000, 0)};

  static final List<String> HARDLY = List.of("client.read-ids-later", "election.lead-on");

  /** One point. It has a stream of its own, so that another point changes nothing for it. */
  private static final class Point {
    private final SeededRandom random;

    /** Null when it never fires in this run. */
    private final Rate rate;

    private long nextNanos;
    private long fired;

    Point(SeededRandom random, Rate[] rates) {
      this.random = random;
      rate = random.chance(250_000) ? rates[random.nextInt(rates.length)] : null;
    }

    static Rate[] ratesOf(String name) {
      if (HARDLY.contains(name)) {
        return HARDLY_RATES;
      }
      return SELDOM.contains(name) ? SELDOM_RATES : RATES;
    }
  }

  private final SeededRandom random;
  private final LongSupplier nowNanos;

  /** Only looked up in: what is told goes by name. */
  private final Map<String, Point> points = new HashMap<>();

  /** Those that fire the next time a role comes by. */
  private final TreeSet<String> forced = new TreeSet<>();

  private boolean enabled;

  FaultPoints(SeededRandom random, LongSupplier nowNanos, boolean enabled) {
    this.random = random;
    this.nowNanos = nowNanos;
    this.enabled = enabled;
  }

  void setEnabled(boolean enabled) {
    this.enabled = enabled;
    if (!enabled) {
      forced.clear();
    }
  }

  /** Lets a point fire once, the next time a role comes by, unless points are disabled before. */
  void force(String name) {
    forced.add(name);
  }

  boolean at(String name) {
    boolean isForced = !forced.isEmpty() && forced.remove(name);
    if (!enabled && !isForced) {
      return false;
    }
    Point point = points.get(name);
    if (point == null) {
      point = new Point(random.fork(name), Point.ratesOf(name));
      points.put(name, point);
    }
    if (isForced) {
      point.fired++;
      return true;
    }
    if (point.rate == null
        || nowNanos.getAsLong() < point.nextNanos
        || !point.random.chance(point.rate.perMillion)) {
      return false;
    }
    point.nextNanos = nowNanos.getAsLong() + point.rate.gapNanos;
    point.fired++;
    return true;
  }

  /** How often each point fired that did. */
  Map<String, Long> fired() {
    Map<String, Long> fired = new TreeMap<>();
    points.forEach(
        (name, point) -> {
          if (point.fired > 0) {
            fired.put(name, point.fired);
          }
        });
    return fired;
  }
}
